import { type OpenBlob, type StagedBlob } from '#libs/storage';

const WINDOW_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Reads a blob through a window of 64 KiB: a walk through the blob reads each byte about once, and not the ends that are
 * already in memory.
 */
export class BlobWindow {
  private bytes: Buffer;
  private start = 0;
  private readonly end: Buffer;

  constructor(
    private readonly blob: Pick<OpenBlob, 'size' | 'bytes'>,
    { head, tail }: Pick<StagedBlob, 'head' | 'tail'> = { head: NOTHING, tail: NOTHING },
  ) {
    this.bytes = head;
    this.end = tail;
  }

  get size(): number {
    return this.blob.size;
  }

  /** The bytes from `position`: at least `length` bytes unless the blob ends earlier. */
  async from(position: number, length: number): Promise<Buffer> {
    const end = Math.min(position + length, this.size);
    if (position < this.start || end > this.start + this.bytes.length) {
      this.start = position;
      this.bytes = await this.blob.bytes(position, Math.max(length, WINDOW_BYTES));
    }
    return this.bytes.subarray(position - this.start);
  }

  /** The last `length` bytes, or the whole blob if it is shorter. */
  async tail(length: number): Promise<Buffer> {
    const { end } = this;
    return end.length >= Math.min(length, this.size)
      ? end.subarray(Math.max(0, end.length - length))
      : this.blob.bytes(Math.max(0, this.size - length), length);
  }
}
