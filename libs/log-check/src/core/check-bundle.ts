import { foldRow, HASH_BYTES, leafHash } from '#libs/merkle';
import { explainDifferences } from '../diagnosis/tile-differences.js';
import { Broken, type Findings } from '../findings/findings.js';
import { readLeaves } from './entry-bundle.js';
import { type LogSource } from './log-source.js';
import { storedTile, TILE_WIDTH, tilePath } from './tiles.js';

/** One entry bundle of a log, and the sizes of signed trees whose last leaf is inside it. */
export interface BundlePlace {
  readonly index: number;
  readonly width: number;
  readonly cuts: readonly number[];
}

/** Plain values, so that a thread can post them. */
export interface CheckedBundle {
  readonly index: number;
  /** Bytes of all leaves. */
  readonly bytes: number;
  /** The root of the subtree of the leaves. */
  readonly root: Uint8Array;
  /** Each cut, with the root of the subtree of the leaves before it. */
  readonly cutRoots: ReadonlyArray<readonly [number, Uint8Array]>;
  /** The root of the stored tile, if its hashes differ from those of the leaves. */
  readonly storedRoot: Uint8Array | null;
}

export type LeafVisitor = (place: number, leaf: Uint8Array) => void;

/**
 * Hashes the leaves of one bundle (RFC 9162 section 2.1.1) and compares the hashes with the stored tile of level 0. Calls
 * `visit` for each leaf; if it is null, the hashes of the tile are used and no leaf is read. Returns null if the tile or a
 * leaf is missing.
 */
export async function checkBundle(
  source: LogSource,
  bundle: BundlePlace,
  findings: Findings,
  visit: LeafVisitor | null,
): Promise<CheckedBundle | null> {
  const { cuts, index, width } = bundle;
  const firstLeaf = index * TILE_WIDTH;
  try {
    const tile = await storedTile(source, 0, index, width);
    if (tile === null) throw new Broken(tilePath(0, index, width), TILE_MISSING);
    const leaves = visit && (await readLeaves(source, index, width));
    const hashes = leaves ? Buffer.concat(leaves.map(leafHash)) : tile;
    leaves?.forEach((leaf, place) => visit?.(place, leaf));
    const differs = !hashes.equals(tile);
    if (differs) findings.addAll(explainDifferences(hashes, tile, firstLeaf));
    return {
      index,
      bytes: leaves?.reduce((sum, leaf) => sum + leaf.length, 0) ?? 0,
      root: rootOf(hashes),
      cutRoots: cuts.map((size) => [size, rootOf(hashes, size - firstLeaf)]),
      storedRoot: differs ? rootOf(tile) : null,
    };
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    findings.add(error.where, error.why);
    return null;
  }
}

export const TILE_MISSING = 'it is missing, or has fewer hashes than the checkpoint requires';

/** MTH(D[n]) of RFC 9162 section 2.1.1, from the hashes of the first `count` leaves. */
function rootOf(hashes: Buffer, count = hashes.length / HASH_BYTES): Uint8Array {
  return Uint8Array.from(foldRow(Buffer.from(hashes), count));
}
