import { Broken } from '../findings/findings.js';
import { type LogSource } from './log-source.js';
import { TILE_WIDTH, tilePath } from './tiles.js';

/** Bytes of the big-endian length before each leaf (C2SP tlog-tiles, "Log Entries"). */
export const LENGTH_BYTES = 2;
export const MAX_LEAF_BYTES = 0xffff;
export const MAX_BUNDLE_BYTES = TILE_WIDTH * (LENGTH_BYTES + MAX_LEAF_BYTES);

/**
 * The first `width` leaves of an entry bundle. Throws `Broken` for a bundle that is missing, too short or too long. A log
 * may delete a partial bundle once the full one exists (C2SP tlog-tiles, "Partial Tiles").
 */
export async function readLeaves(source: LogSource, index: number, width: number): Promise<Uint8Array[]> {
  const firstLeaf = index * TILE_WIDTH;
  const bundle = await source.bundle(index, width);
  if (bundle !== null) return splitBundle(bundle, width, firstLeaf, 'exactly');
  const full = width === TILE_WIDTH ? null : await source.bundle(index, TILE_WIDTH);
  if (full !== null) return splitBundle(full, width, firstLeaf, 'at least');
  throw new Broken(`leaf ${firstLeaf}`, `${tilePath('entries', index, width)} is missing`);
}

function splitBundle(
  bundle: Buffer,
  width: number,
  firstLeaf: number,
  holds: 'exactly' | 'at least',
): Uint8Array[] {
  const leaves: Uint8Array[] = [];
  let at = 0;
  while (leaves.length < width) {
    const leaf = `leaf ${firstLeaf + leaves.length}`;
    const begin = at + LENGTH_BYTES;
    if (begin > bundle.length) {
      throw new Broken(leaf, `it is missing: its bundle ends after ${leaves.length} of ${width} leaves`);
    }
    at = begin + bundle.readUInt16BE(at);
    if (at > bundle.length) throw new Broken(leaf, 'it is incomplete: its bundle ends within it');
    leaves.push(bundle.subarray(begin, at));
  }
  const rest = bundle.length - at;
  if (rest > 0 && holds === 'exactly') {
    throw new Broken(`leaf ${firstLeaf + width}`, `the bundle has ${rest} bytes after its ${width} leaves`);
  }
  return leaves;
}
