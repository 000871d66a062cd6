import { join } from 'node:path';
import { HASH_BYTES } from '#libs/merkle';
import { MAX_BUNDLE_BYTES } from '../core/entry-bundle.js';
import { type LogSource, MAX_CHECKPOINT_BYTES } from '../core/log-source.js';
import { tilePath } from '../core/tiles.js';
import { CannotCheck } from '../findings/findings.js';
import { readBounded } from './bounded-file.js';

/** A log in a folder, with the paths of C2SP tlog-tiles: `checkpoint`, `tile/…`. */
export class FolderSource implements LogSource {
  constructor(readonly name: string) {}

  async checkpoint(): Promise<Buffer> {
    const bytes = this.read('checkpoint', MAX_CHECKPOINT_BYTES);
    if (bytes === null) throw new CannotCheck(`${this.name} contains no file named checkpoint`);
    return bytes;
  }

  async bundle(index: number, width: number): Promise<Buffer | null> {
    return this.read(tilePath('entries', index, width), MAX_BUNDLE_BYTES);
  }

  async tile(level: number, index: number, width: number): Promise<Buffer | null> {
    return this.read(tilePath(level, index, width), width * HASH_BYTES);
  }

  private read(path: string, max: number): Buffer | null {
    return readBounded(join(this.name, path), max);
  }
}
