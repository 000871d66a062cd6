import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { UnavailableError } from '#libs/kernel';
import { type ByteRange, type OpenBlob } from '../blob-store.js';
import { onDisk } from './disk-errors.js';

const READ_BYTES = 256 * 1024;

/** A blob in a file. */
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

  async bytes(start: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size - start)));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await onDisk(() =>
        this.handle.read(buffer, filled, buffer.length - filled, start + filled),
      );
      if (bytesRead === 0) throw new UnavailableError('A stored file is shorter than it was');
      filled += bytesRead;
    }
    return buffer;
  }

  close(): Promise<void> {
    return this.handle.close();
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
