import { mkdir, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, ifPresent } from './disk-errors.js';

const PRIVATE_DIRECTORY = 0o700;

/** Makes the entries of a directory durable: without it a new or removed name can be undone by a power loss. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems have nothing to sync in a directory and say so.
    if (errorCode(error) !== 'EINVAL') throw error;
  } finally {
    await handle.close();
  }
}

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
  /** Directories whose own names this process has seen made durable. */
  private readonly durable = new Set<string>();
  /** Directories that this process has made and not synced yet. */
  private readonly made = new Set<string>();

  constructor(readonly root: string) {
    this.marker = join(root, '.veritrail-store');
    this.staging = join(root, 'staging');
  }

  /** `blobs/<aa>/<bb>`, from the random end of the key: its beginning is a time, which would put all in one place. */
  directoryOf(key: string): string {
    return join(this.root, key.slice(-4, -2), key.slice(-2));
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

  /** Makes the directory of a key. Its name is not durable yet, but becomes so with less if something is synced before. */
  async make(key: string): Promise<void> {
    const directory = this.directoryOf(key);
    if (this.durable.has(directory) || this.made.has(directory)) return;
    const firstMade = await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
    // It was taken away since it was durable.
    if (firstMade !== undefined) this.durable.delete(firstMade);
    this.made.add(directory);
  }

  /** Makes the directory of a key, durably. Another process may have made it without having synced it yet. */
  async prepare(key: string): Promise<void> {
    const directory = this.directoryOf(key);
    if (this.durable.has(directory)) return;
    await this.make(key);
    const above = dirname(directory);
    this.made.delete(directory);
    await syncDirectory(above);
    // The root holds the names of 256 folders: each needs it once, and again when it was taken away meanwhile.
    if (!this.durable.has(above)) await syncDirectory(this.root);
    this.durable.add(directory);
    this.durable.add(above);
  }

  /** For a store whose folder was taken away and brought back: nothing is known to be durable any more, or to be there. */
  forget(): void {
    this.made.clear();
    this.durable.clear();
  }
}
