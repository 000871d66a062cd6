import { type OpenBlob } from '#libs/storage';

const WINDOW_BYTES = 64 * 1024;
/** So much of the end is read at once: more than anybody looks at. */
const TAIL_BYTES = 65 * 1024;

/** Looks at a blob a window at a time, so that walking through it reads every byte at most about once. */
export class BlobWindow {
  private bytes: Buffer = Buffer.alloc(0);
  private start = 0;
  private end: Buffer | null = null;

  constructor(private readonly blob: OpenBlob) {}

  get size(): number {
    return this.blob.size;
  }

  /** The bytes from `position` on: at least `length` of them unless the blob ends before. */
  async from(position: number, length: number): Promise<Buffer> {
    const end = Math.min(position + length, this.size);
    if (position < this.start || end > this.start + this.bytes.length) {
      this.start = position;
      this.bytes = await this.blob.bytes(position, Math.max(length, WINDOW_BYTES));
    }
    return this.bytes.subarray(position - this.start);
  }

  /** The last bytes, all of them when there are fewer. */
  async tail(length: number): Promise<Buffer> {
    const bytes = Math.max(length, TAIL_BYTES);
    if (this.end === null || this.end.length < Math.min(length, this.size))
      this.end = await this.blob.bytes(Math.max(0, this.size - bytes), bytes);
    return this.end.subarray(Math.max(0, this.end.length - length));
  }
}
