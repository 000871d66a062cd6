import { join } from 'node:path';
import { HASH_BYTES } from '#libs/merkle';
import { CannotCheck } from '../findings.js';
import { MOST_BUNDLE_BYTES } from '../formats/entry-bundle.js';
import { tilePath } from '../formats/tile-path.js';
import { readBounded, type Room } from './bounded-file.js';
import { type LogSource, MOST_CHECKPOINT_BYTES } from './log-source.js';

/** A log as files, by the paths of tlog-tiles: `checkpoint`, `tile/…`. */
export class FolderSource implements LogSource {
  readonly name: string;
  private readonly tiles = new ReusedRoom();
  /** With its slash. Paths are put behind it without another look: there are two for each bundle. */
  private readonly prefix: string;

  constructor(folder: string) {
    this.name = folder;
    this.prefix = join(folder, '.', '/');
  }

  async checkpoint(): Promise<Buffer> {
    const bytes = readBounded(`${this.prefix}checkpoint`, MOST_CHECKPOINT_BYTES);
    if (bytes === null) throw new CannotCheck(`${this.name} holds no file named checkpoint`);
    return bytes;
  }

  // Read at once: a file is in memory sooner than a thread could be asked for it, and this process does nothing else.
  async bundle(index: number, width: number, room?: Room): Promise<Buffer | null> {
    return this.read(tilePath('entries', index, width), MOST_BUNDLE_BYTES, room);
  }

  async tile(level: number, index: number, width: number): Promise<Buffer | null> {
    return this.read(tilePath(level, index, width), width * HASH_BYTES, (bytes) => this.tiles.of(bytes));
  }

  async close(): Promise<void> {}

  private read(path: string, most: number, room?: Room): Buffer | null {
    return readBounded(`${this.prefix}${path}`, most, room);
  }
}

/** Files are many: the same memory holds one after the other. */
class ReusedRoom {
  private room = Buffer.alloc(0);

  of(bytes: number): Buffer {
    if (bytes > this.room.length) this.room = Buffer.allocUnsafeSlow(2 * bytes);
    return this.room.subarray(0, bytes);
  }
}
