import { foldRow, HASH_BYTES } from '#libs/merkle';
import { TILE_WIDTH } from '../formats/tile-path.js';

/** The roots of the bundles of a log, in order: 32 bytes for 256 leaves, from which everything above them is made. */
export class SubtreeRoots {
  private roots = Buffer.alloc(1024 * HASH_BYTES);
  count = 0;

  push(root: Uint8Array): void {
    if ((this.count + 1) * HASH_BYTES > this.roots.length) {
      this.roots = Buffer.concat([this.roots, Buffer.alloc(this.roots.length)]);
    }
    this.roots.set(root, this.count++ * HASH_BYTES);
  }

  /** MTH of the leaves below the first `full` roots and one more subtree at the right edge, if there is one. */
  rootOf(full: number, edge?: Uint8Array): Buffer {
    const row = Buffer.concat([this.roots.subarray(0, full * HASH_BYTES), edge ?? Buffer.of()]);
    return foldRow(row, row.length / HASH_BYTES);
  }

  /**
   * The hashes of each tile above level 0 of a log in which `full` bundles are full: level by level, complete groups of
   * 256 becoming one hash of the next level.
   */
  *tilesAbove(full: number): Generator<{ level: number; index: number; hashes: Buffer }> {
    let row = Buffer.from(this.roots.subarray(0, full * HASH_BYTES));
    for (let level = 1; row.length > 0; level++) {
      const next: Buffer[] = [];
      const tileBytes = TILE_WIDTH * HASH_BYTES;
      for (let index = 0; index * tileBytes < row.length; index++) {
        const hashes = row.subarray(index * tileBytes, (index + 1) * tileBytes);
        yield { level, index, hashes };
        if (hashes.length === tileBytes) next.push(foldRow(Buffer.from(hashes), TILE_WIDTH));
      }
      row = Buffer.concat(next);
    }
  }
}
