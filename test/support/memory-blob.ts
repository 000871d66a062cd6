import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type ByteRange, type OpenBlob } from '#libs/storage';

/** A blob in memory that counts how much of it was read. */
export class MemoryBlob implements OpenBlob {
  readonly state = 'unchanged';
  bytesRead = 0;
  closed = false;

  constructor(private readonly content: Buffer) {}

  get size(): number {
    return this.content.length;
  }

  stream(range: ByteRange = { start: 0, end: this.size - 1 }): Readable {
    return Readable.from([this.content.subarray(range.start, range.end + 1)], { objectMode: false });
  }

  async digest(): Promise<string> {
    return createHash('sha256').update(this.content).digest('hex');
  }

  async bytes(start: number, length: number): Promise<Buffer> {
    const bytes = this.content.subarray(start, start + length);
    this.bytesRead += bytes.length;
    return bytes;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
