import { HASH_BYTES, nodeHash } from '#libs/merkle';

/**
 * The root that an inclusion proof leads to (RFC 9162 section 2.1.3.2), or null if the length of the path does not fit the
 * index and the size, or an element is not a hash. `fn` and `sn` are the names of the RFC; both may exceed 32 bits.
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
