import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { UnavailableError } from '#libs/kernel';
import { type ByteRange, type OpenBlob } from '../blob-store.js';
import { onDisk } from './disk-errors.js';

const READ_BYTES = 128 * 1024;

/** A blob that is stored as a file. */
export class OpenFile implements OpenBlob {
  private constructor(
    private readonly handle: FileHandle,
    readonly size: number,
    readonly state: string,
  ) {}

  static async at(path: string): Promise<OpenFile> {
    return onDisk(async () => {
      const handle = await open(path, 'r');
      try {
        const { size, ino, ctimeNs } = await handle.stat({ bigint: true });
        return new OpenFile(handle, Number(size), `${ino}:${size}:${ctimeNs}`);
      } catch (error) {
        await handle.close();
        throw error;
      }
    });
  }

  stream(range: ByteRange = { start: 0, end: this.size - 1 }): Readable {
    return Readable.from(this.chunks(range), { objectMode: false, highWaterMark: READ_BYTES });
  }

  async digest(): Promise<string> {
    const hash = createHash('sha256');
    // Reads into one buffer while the other is hashed.
    const buffers = [Buffer.allocUnsafe(READ_BYTES), Buffer.allocUnsafe(READ_BYTES)] as const;
    const piece = (index: number): Promise<Buffer> => {
      const start = index * READ_BYTES;
      const length = Math.max(0, Math.min(READ_BYTES, this.size - start));
      return this.fill((index % 2 === 0 ? buffers[0] : buffers[1]).subarray(0, length), start);
    };
    let reading = piece(0);
    for (let index = 0; index * READ_BYTES < this.size; index++) {
      const bytes = await reading;
      reading = piece(index + 1);
      hash.update(bytes);
    }
    await reading;
    return hash.digest('hex');
  }

  bytes(start: number, length: number): Promise<Buffer> {
    return this.fill(Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size - start))), start);
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  private async fill(buffer: Buffer, start: number): Promise<Buffer> {
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await onDisk(() =>
        this.handle.read(buffer, filled, buffer.length - filled, start + filled),
      );
      if (bytesRead === 0) throw new UnavailableError('A stored file is shorter than expected');
      filled += bytesRead;
    }
    return buffer;
  }

  private async *chunks({ start, end }: ByteRange): AsyncGenerator<Buffer> {
    for (let position = start; position <= end;) {
      const chunk = await this.bytes(position, Math.min(READ_BYTES, end + 1 - position));
      if (chunk.length === 0) return;
      position += chunk.length;
      yield chunk;
    }
  }
}
