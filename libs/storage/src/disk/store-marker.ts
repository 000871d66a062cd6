import { randomUUID } from 'node:crypto';
import { link, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isUuid, syncDirectory, UnavailableError } from '#libs/kernel';
import { type StoreDirectories, createDirectories } from './store-directories.js';
import { errorCode, ifPresent } from './disk-errors.js';

const LAYOUT = 1;

/** The id in the store's marker file; null if there is no marker. Rejects if it is unreadable or of a later release. */
export async function readMarker(directories: StoreDirectories): Promise<string | null> {
  const text = await ifPresent(readFile(directories.marker, 'utf8'));
  if (text === null) return null;
  const [, store, version] = /^veritrail-store (\S+) layout (\d+)\n$/.exec(text) ?? [];
  if (store === undefined || !isUuid(store) || Number(version) !== LAYOUT) {
    throw new UnavailableError(`${directories.marker} is not a store marker that this release supports`);
  }
  return store;
}

/**
 * Caches the id in the marker as long as device, inode, size and change time of the file are the same. A different
 * volume mounted in its place has a different file.
 */
export class MarkerCache {
  private seen: { readonly state: string; readonly id: string | null } | null = null;

  constructor(private readonly directories: StoreDirectories) {}

  /** The id at the last check, or null. */
  get known(): string | null {
    return this.seen?.id ?? null;
  }

  /** The current result of `readMarker`; rejects like it. */
  async id(): Promise<string | null> {
    const found = await ifPresent(stat(this.directories.marker, { bigint: true }));
    if (found === null) {
      this.seen = null;
      return null;
    }
    const { dev, ino, size, ctimeNs } = found;
    const state = `${dev}:${ino}:${size}:${ctimeNs}`;
    if (this.seen?.state === state) return this.seen.id;
    // Checked before it is read: a change in between is detected at the next call.
    const id = await readMarker(this.directories);
    this.seen = { state, id };
    return id;
  }
}

/** Creates the folders and the marker. If several processes try at once, one marker wins and all of them read it. */
export async function writeMarker(directories: StoreDirectories, id: string): Promise<void> {
  await createDirectories(directories.staging);
  const draft = `${directories.marker}.${randomUUID()}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`veritrail-store ${id} layout ${LAYOUT}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    // A link, unlike a rename, never replaces an existing marker.
    await link(draft, directories.marker);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  await syncDirectory(directories.root);
  await syncDirectory(dirname(directories.root));
}
