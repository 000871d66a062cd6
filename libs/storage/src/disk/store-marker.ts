import { randomUUID } from 'node:crypto';
import { link, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isUuid, UnavailableError } from '#libs/kernel';
import { type Layout, makeDirectories, syncDirectory } from './directories.js';
import { errorCode, ifPresent } from './disk-errors.js';

const LAYOUT = 1;

/** The id in the store's marker file, or null without one. Rejects when it cannot be read or is of a later release. */
export async function readMarker(layout: Layout): Promise<string | null> {
  const text = await ifPresent(readFile(layout.marker, 'utf8'));
  if (text === null) return null;
  const [, store, version] = /^veritrail-store (\S+) layout (\d+)\n$/.exec(text) ?? [];
  if (store === undefined || !isUuid(store) || Number(version) !== LAYOUT) {
    throw new UnavailableError(`${layout.marker} is not a marker that this release understands`);
  }
  return store;
}

/** Makes the folders and the marker. When several processes try, one marker wins and all of them read it. */
export async function writeMarker(layout: Layout, id: string): Promise<void> {
  await makeDirectories(layout.staging);
  const draft = `${layout.marker}.${randomUUID()}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`veritrail-store ${id} layout ${LAYOUT}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    // A link, unlike a rename, never replaces what another process has put there.
    await link(draft, layout.marker);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  await syncDirectory(layout.root);
  await syncDirectory(dirname(layout.root));
}
