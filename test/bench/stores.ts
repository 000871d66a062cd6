import { existsSync, readdirSync } from 'node:fs';
import { mkdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** The largest number of directories in a store. */
const PLACES = 256 ** 2;
/** Coprime to that number: repeated steps reach every directory. */
const SCATTER = 40_503;

/** The folders in which the servers keep uploads. */
export class Stores {
  constructor(
    readonly floor: string,
    readonly api: string,
  ) {}

  /**
   * Creates the directories of an API store with this many documents: an upload into an old store creates none. The floor has
   * one folder for all uploads.
   */
  async age(documents: number): Promise<void> {
    const made = Math.round(PLACES * (1 - Math.exp(-documents / PLACES)));
    for (let count = 0; count < made; count++) {
      const place = ((count * SCATTER) % PLACES).toString(16).padStart(4, '0');
      await mkdir(join(this.api, 'blobs', place.slice(0, 2), place.slice(2)), {
        recursive: true,
        mode: 0o700,
      });
    }
  }

  /** Removes published bytes. The folders stay, including the identity of the store. */
  async empty(): Promise<void> {
    for (const folder of [this.floor, join(this.api, 'blobs')]) {
      if (!existsSync(folder)) continue;
      // Nothing else runs now, and promises take eight times as long for so many directories.
      const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
      const blobs = entries.filter((entry) => entry.isFile() && isBlob(entry.name));
      for (const { parentPath, name } of blobs) await unlink(join(parentPath, name)).catch(() => undefined);
    }
  }
}

/** Blobs are named by their keys. */
function isBlob(name: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f-]{27}(?:\.part)?$/.test(name);
}
