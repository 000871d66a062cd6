import { HASH_BYTES, nodeHash } from '#libs/merkle';

/**
 * The root that a leaf's path leads to, or null when the path is too long or too short for the leaf's place, or what should
 * be a hash is none: the algorithm of RFC 9162 section 2.1.3.2, step by step. `fn` and `sn` are its names; numbers here may
 * be larger than 32 bits.
 */
export function rootOfPath(
  index: number,
  size: number,
  leafHash: Uint8Array,
  path: readonly Uint8Array[],
): Uint8Array | null {
  if (index >= size || [leafHash, ...path].some((hash) => hash.length !== HASH_BYTES)) return null;
  let [fn, sn] = [index, size - 1];
  let r = leafHash;
  for (const p of path) {
    if (sn === 0) return null;
    if (fn % 2 === 1 || fn === sn) {
      r = nodeHash(p, r);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      r = nodeHash(r, p);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 ? r : null;
}

function half(value: number): number {
  return Math.floor(value / 2);
}
