import { HASH_BYTES, nodeHash } from '#libs/merkle';
import { foldRight } from './compact-range.js';
import { type LeafRange, type Subtree, subtreesOf } from './subtrees.js';
import { type Tile, TILE_HEIGHT, TILE_WIDTH, type TileSource, tileWidth } from './tile.js';

/** A subtree as a run of hashes in one tile. */
interface TilePart {
  readonly level: number;
  readonly index: number;
  readonly from: number;
  readonly count: number;
}

/**
 * The hashes MTH(D[begin:end]) of ranges of a log of `size` leaves, computed from its tiles. Needs one call of the
 * source and at most two tiles of each level per proof, whatever the size of the log.
 */
export async function readHashes(
  source: TileSource,
  ranges: readonly LeafRange[],
  size: number,
): Promise<Uint8Array[]> {
  const parts = ranges.map((range) => subtreesOf(range).map(partOf));
  const wanted = [...new Map(parts.flat().map((part) => [nameOf(part), part])).values()];
  const tiles = await readTiles(
    source,
    wanted.map(({ level, index }) => ({ level, index, width: tileWidth(level, index, size) })),
  );
  return parts.map((subtrees) => foldRight(subtrees.map((part) => hashOf(part, tiles.get(nameOf(part))))));
}

/** Reads tiles by name. Throws if a tile does not have the requested width. */
async function readTiles(source: TileSource, tiles: readonly Tile[]): Promise<Map<string, Uint8Array>> {
  const read = await source.read(tiles);
  return new Map(
    tiles.map((tile, at) => {
      const hashes = read[at] ?? new Uint8Array();
      if (hashes.length !== tile.width * HASH_BYTES) {
        throw new Error(
          `Tile ${tile.index} of level ${tile.level} has ${hashes.length} bytes for ${tile.width} hashes`,
        );
      }
      return [nameOf(tile), hashes];
    }),
  );
}

/**
 * The tile of a subtree: a subtree of height 8 * level + rest is the root of 2^rest neighbours in a tile of that level
 * (C2SP tlog-tiles: "a tile represents the entire subtree of height 8 with its hashes as the leaves").
 */
function partOf({ height, index }: Subtree): TilePart {
  const level = Math.floor(height / TILE_HEIGHT);
  const count = 2 ** (height % TILE_HEIGHT);
  const first = index * count;
  return { level, index: Math.floor(first / TILE_WIDTH), from: first % TILE_WIDTH, count };
}

function nameOf({ level, index }: Pick<Tile, 'level' | 'index'>): string {
  return `${level}/${index}`;
}

function hashOf({ from, count }: TilePart, tile: Uint8Array = new Uint8Array()): Uint8Array {
  return hashAt(rowsOf(tile)[Math.log2(count)], from / count);
}

/** The nodes inside tiles, cached as long as the tile itself is referenced: neighbours share most of their paths. */
const rowsOfTiles = new WeakMap<Uint8Array, readonly Uint8Array[]>();

/**
 * The hashes of a tile, the nodes above pairs of them, and so on. A node without a right child is not complete and is
 * omitted.
 */
function rowsOf(tile: Uint8Array): readonly Uint8Array[] {
  const known = rowsOfTiles.get(tile);
  if (known) return known;
  const rows = [tile];
  for (let row = above(tile); row.length > 0; row = above(row)) rows.push(row);
  rowsOfTiles.set(tile, rows);
  return rows;
}

function above(row: Uint8Array): Uint8Array {
  const pairs = Math.floor(row.length / HASH_BYTES / 2);
  const nodes = new Uint8Array(pairs * HASH_BYTES);
  for (let at = 0; at < pairs; at++) {
    nodes.set(nodeHash(hashAt(row, 2 * at), hashAt(row, 2 * at + 1)), at * HASH_BYTES);
  }
  return nodes;
}

/** The hash at position `at` of a row; the caller has checked the width. */
export function hashAt(tile: Uint8Array = new Uint8Array(), at = 0): Uint8Array {
  return tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
}
