import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';

/** Unpacks a ZIP into a folder; yauzl checks sizes and refuses names outside it. Returns the names in order. */
export async function unzip(archive: Buffer, folder: string): Promise<string[]> {
  const zip = await fromBufferPromise(archive, { lazyEntries: true });
  const names: string[] = [];
  for await (const entry of zip.eachEntry()) {
    names.push(entry.fileName);
    const place = join(folder, entry.fileName);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, await buffer(await zip.openReadStreamPromise(entry)));
  }
  return names;
}
