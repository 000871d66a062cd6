import { type OpenBlob, type StagedBlob } from '#libs/storage';

const WINDOW_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Looks at a blob a window at a time, so that walking through it reads every byte at most about once, and none of those that
 * are known already.
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
    const { end } = this;
    return end.length >= Math.min(length, this.size)
      ? end.subarray(Math.max(0, end.length - length))
      : this.blob.bytes(Math.max(0, this.size - length), length);
  }
}
