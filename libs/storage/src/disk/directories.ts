import { mkdir, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { syncDirectory } from '#libs/kernel';
import { errorCode, ifPresent } from './disk-errors.js';

const PRIVATE_DIRECTORY = 0o700;

/**
 * Makes a folder and those above it that are missing. One by one: Node's own `recursive` never ends where the system says
 * ENOENT about a folder whose parent is there, as it does in /proc.
 */
export async function makeDirectories(path: string): Promise<void> {
  const parent = dirname(path);
  if ((await ifPresent(stat(parent))) === null) await makeDirectories(parent);
  try {
    await mkdir(path, { mode: PRIVATE_DIRECTORY });
  } catch (error) {
    // It was there, or another process has made it meanwhile.
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** The places in the store's folder. */
export class Layout {
  readonly marker: string;
  readonly staging: string;
  /** Directories whose own names are known to be durable, by their paths below the root: there may be 65,792 of them. */
  private readonly durable = new Set<string>();
  /** Directories that this process has made and not synced yet. */
  private readonly made = new Set<string>();
  /** Directories of which every name is in `durable` that was there when this process first came across them. */
  private readonly read = new Set<string>();

  constructor(readonly root: string) {
    this.marker = join(root, '.veritrail-store');
    this.staging = join(root, 'staging');
  }

  /** `blobs/<aa>/<bb>`, from the random end of the key: its beginning is a time, which would put all in one place. */
  directoryOf(key: string): string {
    return join(this.root, placeOf(key));
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
  isPrepared(key: string): boolean {
    return this.durable.has(placeOf(key));
  }

  /** Makes the directory of a key. Its name is not durable yet, but becomes so with less if something is synced before. */
  async make(key: string): Promise<void> {
    const place = placeOf(key);
    if (this.durable.has(place) || this.made.has(place)) return;
    const firstMade = await mkdir(this.directoryOf(key), { recursive: true, mode: PRIVATE_DIRECTORY });
    // It was taken away since it was durable.
    if (firstMade !== undefined) this.durable.delete(relative(this.root, firstMade));
    this.made.add(place);
  }

  /** Makes the directory of a key, durably. Another process may have made it without having synced it yet. */
  async prepare(key: string): Promise<void> {
    if (this.isPrepared(key)) return;
    await this.make(key);
    const place = placeOf(key);
    this.made.delete(place);
    // The root holds the names of 256 directories: they need it once, and again when one was taken away meanwhile.
    if (!this.durable.has(dirname(place))) await this.makeDurable(dirname(place));
    await this.makeDurable(place);
  }

  /** For a store whose folder was taken away and brought back: nothing is known to be durable any more, or to be there. */
  forget(): void {
    this.made.clear();
    this.durable.clear();
    this.read.clear();
  }

  /**
   * Syncs the directory that a name is in. The first time that is for all names in it, which are read before: a process that
   * finds an old store need not make and sync each of 65,536 directories again to know that it is there.
   */
  private async makeDurable(place: string): Promise<void> {
    const above = dirname(place);
    const directory = join(this.root, above);
    const others = this.read.has(above) ? [] : await readdir(directory);
    await syncDirectory(directory);
    this.read.add(above);
    for (const name of [basename(place), ...others]) this.durable.add(join(above, name));
  }
}

/** `<aa>/<bb>` */
function placeOf(key: string): string {
  return join(key.slice(-4, -2), key.slice(-2));
}
