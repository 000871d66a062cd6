import { mkdir, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { syncDirectory } from '#libs/kernel';
import { errorCode, ifPresent } from './disk-errors.js';

const PRIVATE_DIRECTORY = 0o700;

/**
 * Makes a folder and those above it that are missing. One by one: Node's own `recursive` never ends where the system says
 * ENOENT about a folder whose parent is there, as it does in /proc.
 */
export async function createDirectories(path: string): Promise<void> {
  const parent = dirname(path);
  if ((await ifPresent(stat(parent))) === null) await createDirectories(parent);
  try {
    await mkdir(path, { mode: PRIVATE_DIRECTORY });
  } catch (error) {
    // It was there, or another process has made it meanwhile.
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** The places in the store's folder. */
export class StoreDirectories {
  readonly marker: string;
  readonly staging: string;
  /** Directories whose own names are known to be durable, by their paths below the root: there may be 65,792 of them. */
  private readonly durable = new Set<string>();
  /** Directories that this process has made and not synced yet. */
  private readonly created = new Set<string>();
  /** Directories of which every name is in `durable` that was there when this process first came across them. */
  private readonly listed = new Set<string>();

  constructor(readonly root: string) {
    this.marker = join(root, '.veritrail-store');
    this.staging = join(root, 'staging');
  }

  /** `blobs/<aa>/<bb>`, from the random end of the key: its beginning is a time, which would put all in one shard. */
  directoryOf(key: string): string {
    return join(this.root, shardOf(key));
  }

  published(key: string): string {
    return join(this.directoryOf(key), key);
  }

  staged(key: string): string {
    return join(this.staging, key);
  }

  /** Where a sweeper moves an entry so that `publish` no longer finds it. */
  claimed(key: string): string {
    return join(this.staging, `${key}.swept`);
  }

  /** Whether the directory of a key is known to be there, durably. */
  isDurable(key: string): boolean {
    return this.durable.has(shardOf(key));
  }

  /** Makes the directory of a key. Its name is not durable yet, but becomes so with less if something is synced before. */
  async create(key: string): Promise<void> {
    const shard = shardOf(key);
    if (this.durable.has(shard) || this.created.has(shard)) return;
    const firstCreated = await mkdir(this.directoryOf(key), { recursive: true, mode: PRIVATE_DIRECTORY });
    // It was taken away since it was durable.
    if (firstCreated !== undefined) this.durable.delete(relative(this.root, firstCreated));
    this.created.add(shard);
  }

  /** Makes the directory of a key, durably. Another process may have made it without having synced it yet. */
  async ensureDurable(key: string): Promise<void> {
    if (this.isDurable(key)) return;
    await this.create(key);
    const shard = shardOf(key);
    this.created.delete(shard);
    // The root holds the names of 256 directories: they need it once, and again when one was taken away meanwhile.
    if (!this.durable.has(dirname(shard))) await this.syncName(dirname(shard));
    await this.syncName(shard);
  }

  /** For a store whose folder was taken away and brought back: nothing is known to be durable any more, or to be there. */
  invalidate(): void {
    this.created.clear();
    this.durable.clear();
    this.listed.clear();
  }

  /**
   * Syncs the directory that a name is in. The first time that is for all names in it, which are read before: a process that
   * finds an old store need not make and sync each of 65,536 directories again to know that it is there.
   */
  private async syncName(shard: string): Promise<void> {
    const above = dirname(shard);
    const directory = join(this.root, above);
    const others = this.listed.has(above) ? [] : await readdir(directory);
    await syncDirectory(directory);
    this.listed.add(above);
    for (const name of [basename(shard), ...others]) this.durable.add(join(above, name));
  }
}

/** `<aa>/<bb>` */
function shardOf(key: string): string {
  return join(key.slice(-4, -2), key.slice(-2));
}
