import { existsSync } from 'node:fs';
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** The folders in which the servers keep what is uploaded. */
export class Stores {
  constructor(
    readonly floor: string,
    readonly api: string,
  ) {}

  /** Removes published bytes. The folders stay, and with them everything that a store knows itself by. */
  async empty(): Promise<void> {
    for (const folder of [this.floor, join(this.api, 'blobs')]) {
      if (!existsSync(folder)) continue;
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const blobs = entries.filter((entry) => entry.isFile() && isBlob(entry.name));
      for (const { parentPath, name } of blobs) await unlink(join(parentPath, name)).catch(() => undefined);
    }
  }
}

/** Blobs are named by their keys. */
function isBlob(name: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f-]{27}(?:\.part)?$/.test(name);
}
