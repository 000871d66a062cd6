import { type LeafRange, requireCount, splitPoint } from './subtrees.js';
import { type TileSource } from './tile.js';
import { readHashes } from './tree-reader.js';

/**
 * PROOF(m, D[n]) that the log of m leaves is a prefix of the log of n leaves (RFC 6962 section 2.1.2, RFC 9162 section
 * 2.1.4.1). Empty for m = n and for m = 0. Throws `RangeError` if m > n.
 */
export async function consistencyProof(tiles: TileSource, from: number, to: number): Promise<Uint8Array[]> {
  requireCount('The older size of a log', from);
  requireCount('The newer size of a log', to);
  if (from > to) throw new RangeError(`A log of ${to} does not contain one of ${from}`);
  if (from === 0) return [];
  return readHashes(tiles, subproof(from, { begin: 0, end: to }, true), to);
}

/**
 * SUBPROOF, told as the ranges whose MTH it consists of:
 *
 *     SUBPROOF(m, D[m], true)  = {}
 *     SUBPROOF(m, D[m], false) = {MTH(D[m])}
 *     SUBPROOF(m, D[n], b)     = SUBPROOF(m, D[0:k], b) : MTH(D[k:n])          for m <= k
 *     SUBPROOF(m, D[n], b)     = SUBPROOF(m - k, D[k:n], false) : MTH(D[0:k])  for m > k
 *
 * The end of the older log keeps its place in the whole log here, so nothing is subtracted from m.
 */
function subproof(m: number, range: LeafRange, isKnown: boolean): LeafRange[] {
  const { begin, end } = range;
  if (m === end) return isKnown ? [] : [range];
  const k = begin + splitPoint(end - begin);
  const [left, right] = [
    { begin, end: k },
    { begin: k, end },
  ];
  return m <= k ? [...subproof(m, left, isKnown), right] : [...subproof(m, right, false), left];
}
