import { type LeafRange, requireCount, splitPoint } from './subtrees.js';
import { type TileSource } from './tile.js';
import { readHashes } from './tree-reader.js';

/**
 * The Merkle audit path PATH(m, D[n]) of leaf m in a log of n leaves (RFC 6962 section 2.1.1, RFC 9162 section
 * 2.1.3.1), from the sibling of the leaf to the child of the root. Throws `RangeError` if the log has no leaf m.
 */
export async function inclusionProof(tiles: TileSource, index: number, size: number): Promise<Uint8Array[]> {
  requireCount('The size of a log', size);
  requireCount('The index of a leaf', index);
  if (index >= size) throw new RangeError(`A log of ${size} has no leaf ${index}`);
  return readHashes(tiles, path(index, { begin: 0, end: size }), size);
}

/**
 * PATH, told as the ranges whose MTH it consists of:
 *
 *     PATH(0, {d(0)}) = {}
 *     PATH(m, D[n])   = PATH(m, D[0:k]) : MTH(D[k:n])      for m < k
 *     PATH(m, D[n])   = PATH(m - k, D[k:n]) : MTH(D[0:k])  for m >= k
 *
 * The leaf keeps its index in the whole log here, so nothing is subtracted from m.
 */
function path(m: number, { begin, end }: LeafRange): LeafRange[] {
  if (end - begin === 1) return [];
  const k = begin + splitPoint(end - begin);
  const [left, right] = [
    { begin, end: k },
    { begin: k, end },
  ];
  return m < k ? [...path(m, left), right] : [...path(m, right), left];
}
