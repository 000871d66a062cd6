import { CompactRange } from './compact-range.js';
import { leavesOf, requireCount, subtreesOf } from './subtrees.js';
import { partialTiles, TILE_HEIGHT, TILE_WIDTH, type TileSource } from './tile.js';
import { hashAt, readHashes } from './tree-reader.js';

/** A full tile, which never changes, with the hash that represents it in the level above. */
export interface FullTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
  readonly root: Uint8Array;
}

/**
 * A log under construction: gives its root at any time, and each tile when it becomes full. Keeps only the partial
 * tiles at the right edge in memory, whatever the size of the log.
 */
export class GrowingTree {
  private constructor(
    private readonly range: CompactRange,
    private readonly pending: Uint8Array[][],
  ) {}

  static empty(): GrowingTree {
    return new GrowingTree(CompactRange.of(0, []), []);
  }

  /** Resumes a log of `size` leaves from the partial tiles at its right edge. */
  static async resume(tiles: TileSource, size: number): Promise<GrowingTree> {
    requireCount('The size of a log', size);
    const pending: Uint8Array[][] = [];
    const edgeTiles = partialTiles(size);
    const read = await tiles.read(edgeTiles);
    for (const [place, { level, width }] of edgeTiles.entries()) {
      const bytes = read[place];
      pending[level] = Array.from({ length: width }, (_, at) => hashAt(bytes, at));
    }
    const edge = subtreesOf({ begin: 0, end: size }).map(leavesOf);
    return new GrowingTree(CompactRange.of(size, await readHashes(tiles, edge, size)), pending);
  }

  get size(): number {
    return this.range.size;
  }

  /** MTH(D[n]) of RFC 6962 section 2.1. */
  root(): Uint8Array {
    return this.range.root();
  }

  /** Appends a leaf hash. Returns the tiles that it fills, lowest level first; usually none. */
  append(leafHash: Uint8Array): FullTile[] {
    const full: FullTile[] = [];
    for (const { height, hash } of this.range.append(leafHash)) {
      if (height % TILE_HEIGHT !== 0) continue;
      const level = height / TILE_HEIGHT;
      if (level > 0) full.push(this.fill(level - 1, hash));
      (this.pending[level] ??= []).push(hash);
    }
    return full;
  }

  private fill(level: number, root: Uint8Array): FullTile {
    const hashes = Buffer.concat(this.pending[level] ?? []);
    this.pending[level] = [];
    const index = this.range.size / TILE_WIDTH ** (level + 1) - 1;
    return { level, index, hashes, root };
  }
}
