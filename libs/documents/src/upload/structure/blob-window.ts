import { type OpenBlob, type StagedBlob } from '#libs/storage';

/** Walks read blocks of this size. Between two blocks the event loop serves other requests. */
export const BLOCK_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Reads a blob in blocks: a walk through the blob reads each byte about once, and not the ends that are already in
 * memory.
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
    const endStart = this.size - this.end.length;
    if (position >= endStart) return this.end.subarray(position - endStart);
    const end = Math.min(position + length, this.size);
    if (position < this.start || end > this.start + this.bytes.length) {
      this.start = position;
      this.bytes = await this.blob.bytes(position, Math.max(length, BLOCK_BYTES));
    }
    return this.bytes.subarray(position - this.start);
  }

  /** The bytes of `start` up to and without `end`; fewer only at the end of the blob. */
  async between(start: number, end: number): Promise<Buffer> {
    return (await this.from(start, end - start)).subarray(0, end - start);
  }
}
