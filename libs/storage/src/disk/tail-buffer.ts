/** Remembers the last bytes of what passes, in memory of its own: chunks may be freed behind it. */
export class TailBuffer {
  private readonly kept: Buffer;
  private length = 0;

  constructor(capacity: number) {
    this.kept = Buffer.allocUnsafe(capacity);
  }

  /** Copies no more of the chunks than can be kept of them. */
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
