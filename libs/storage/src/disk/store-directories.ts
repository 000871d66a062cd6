import { mkdir, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { syncDirectory } from '#libs/kernel';
import { errorCode, ifPresent } from './disk-errors.js';

const PRIVATE_DIRECTORY = 0o700;

/**
 * Creates a folder and its missing parents. Not with Node's `recursive`, which loops if the system reports ENOENT for
 * a folder whose parent exists, as in /proc.
 */
export async function createDirectories(path: string): Promise<void> {
  const parent = dirname(path);
  if ((await ifPresent(stat(parent))) === null) await createDirectories(parent);
  try {
    await mkdir(path, { mode: PRIVATE_DIRECTORY });
  } catch (error) {
    // It exists already, or another process created it.
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** The paths in the store's folder, and a cache of the directories that are known to be durable. */
export class StoreDirectories {
  readonly marker: string;
  readonly staging: string;
  /** Durable directories, by their path below the root: at most 65,792. */
  private readonly durable = new Set<string>();
  /** Directories that this process created and has not synced yet. */
  private readonly created = new Set<string>();
  /** Directories whose names were all added to `durable` when this process first synced them. */
  private readonly listed = new Set<string>();

  constructor(readonly root: string) {
    this.marker = join(root, '.veritrail-store');
    this.staging = join(root, 'staging');
  }

  /** `<aa>/<bb>` from the random end of the key: its beginning is a timestamp, which would fill one directory. */
  directoryOf(key: string): string {
    return join(this.root, shardOf(key));
  }

  published(key: string): string {
    return join(this.directoryOf(key), key);
  }

  staged(key: string): string {
    return join(this.staging, key);
  }

  /** The path to which a sweeper renames an entry, so that `publish` does not find it. */
  claimed(key: string): string {
    return join(this.staging, `${key}.swept`);
  }

  /** Whether the directory of a key is known to exist durably. */
  isDurable(key: string): boolean {
    return this.durable.has(shardOf(key));
  }

  /**
   * Creates the directory of a key without syncing it: a sync of the file that follows makes the later sync cheaper.
   */
  async create(key: string): Promise<void> {
    const shard = shardOf(key);
    if (this.durable.has(shard) || this.created.has(shard)) return;
    const firstCreated = await mkdir(this.directoryOf(key), { recursive: true, mode: PRIVATE_DIRECTORY });
    // The directory was removed after it was durable.
    if (firstCreated !== undefined) this.durable.delete(relative(this.root, firstCreated));
    this.created.add(shard);
  }

  /** Creates the directory of a key and syncs its name. Another process may have created it without a sync. */
  async ensureDurable(key: string): Promise<void> {
    if (this.isDurable(key)) return;
    await this.create(key);
    const shard = shardOf(key);
    this.created.delete(shard);
    // The root holds 256 names; they are synced once, and again if a directory was removed.
    if (!this.durable.has(dirname(shard))) await this.syncName(dirname(shard));
    await this.syncName(shard);
  }

  /** For a store that was unmounted and mounted again: nothing is known to exist or to be durable. */
  invalidate(): void {
    this.created.clear();
    this.durable.clear();
    this.listed.clear();
  }

  /**
   * Syncs the directory of a name. The first sync covers all names that it contains, which are listed before: a
   * process that opens an existing store does not create and sync each of 65,536 directories again.
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
