import { emptyRoot, foldRow, HASH_BYTES } from '#libs/merkle';
import { type CheckedBundle } from './check-bundle.js';
import { TILE_WIDTH } from './tiles.js';

/** The Merkle tree of a log above its entry bundles, recomputed from the root of each bundle. */
export class LogTree {
  /** False if a bundle is missing. Then the tree has no root. */
  readonly complete: boolean;
  private readonly bundleRoots: Buffer;
  private readonly cutRoots: ReadonlyMap<number, Uint8Array>;

  /** Takes the bundles of a log of `size` leaves, in order. */
  constructor(bundles: readonly CheckedBundle[], size: number) {
    this.complete = bundles.length === Math.ceil(size / TILE_WIDTH);
    this.bundleRoots = Buffer.concat(bundles.map(({ root }) => root));
    this.cutRoots = new Map(bundles.flatMap(({ cutRoots }) => cutRoots));
  }

  /** MTH(D[0:size]) of RFC 9162 section 2.1.1. Sizes within a bundle must be among its cuts. */
  rootAt(size: number): Buffer {
    if (size === 0) return emptyRoot();
    const full = Math.floor(size / TILE_WIDTH);
    const parts: Uint8Array[] = [this.fullBundles(full)];
    if (size % TILE_WIDTH > 0) {
      const cut = this.cutRoots.get(size);
      if (!cut) throw new RangeError(`No root was computed for the first ${size} leaves`);
      parts.push(cut);
    }
    const row = Buffer.concat(parts);
    return foldRow(row, row.length / HASH_BYTES);
  }

  /** The hashes of each tile above level 0: a full tile becomes one hash of the next level (C2SP tlog-tiles, "Merkle Tree"). */
  *tilesAbove(size: number): Generator<{ level: number; index: number; hashes: Buffer }> {
    const tileBytes = TILE_WIDTH * HASH_BYTES;
    let row = this.fullBundles(Math.floor(size / TILE_WIDTH));
    for (let level = 1; row.length > 0; level++) {
      const next: Buffer[] = [];
      for (let index = 0; index * tileBytes < row.length; index++) {
        const hashes = row.subarray(index * tileBytes, (index + 1) * tileBytes);
        yield { level, index, hashes };
        if (hashes.length === tileBytes) next.push(foldRow(Buffer.from(hashes), TILE_WIDTH));
      }
      row = Buffer.concat(next);
    }
  }

  private fullBundles(count: number): Buffer {
    return this.bundleRoots.subarray(0, count * HASH_BYTES);
  }
}
