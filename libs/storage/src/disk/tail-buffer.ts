/** Keeps a copy of the last bytes of a stream, so that its chunks may be freed. */
export class TailBuffer {
  private readonly kept: Buffer;
  private length = 0;

  constructor(capacity: number) {
    this.kept = Buffer.allocUnsafe(capacity);
  }

  /** Copies only the bytes that can be kept. */
  take(chunks: readonly Buffer[]): void {
    let bytes = 0;
    const first = chunks.findLastIndex(({ length }) => (bytes += length) >= this.kept.length);
    for (const chunk of chunks.slice(Math.max(0, first))) this.append(chunk.subarray(-this.kept.length));
  }

  bytes(): Buffer {
    return this.kept.subarray(0, this.length);
  }

  private append(piece: Buffer): void {
    const before = Math.min(this.length, this.kept.length - piece.length);
    this.kept.copyWithin(0, this.length - before, this.length);
    piece.copy(this.kept, before);
    this.length = before + piece.length;
  }
}
