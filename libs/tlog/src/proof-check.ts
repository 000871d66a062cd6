import { HASH_BYTES, emptyRoot, nodeHash } from '#libs/merkle';

/** What an inclusion proof must prove. */
export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly root: Uint8Array;
}

/** What a consistency proof must prove. */
export interface ConsistencyClaim {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
}

/** Whether the path proves that the leaf is in the log with this root (RFC 9162 section 2.1.3.2, step by step). */
export function provesInclusion(path: readonly Uint8Array[], claim: InclusionClaim): boolean {
  if (!isCount(claim.index) || !isCount(claim.size) || claim.index >= claim.size) return false;
  if (![claim.leafHash, claim.root, ...path].every(isHash)) return false;
  let [fn, sn] = [claim.index, claim.size - 1];
  let r = claim.leafHash;
  for (const p of path) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      r = nodeHash(p, r);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      r = nodeHash(r, p);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && isSame(r, claim.root);
}

/**
 * Whether the path proves that the older log is a prefix of the newer one (RFC 9162 section 2.1.4.2, step by step).
 * For equal sizes and for an empty older log, the path must be empty and the roots must match.
 */
export function provesConsistency(path: readonly Uint8Array[], claim: ConsistencyClaim): boolean {
  const { from, to, fromRoot, toRoot } = claim;
  if (!isCount(from) || !isCount(to) || from > to) return false;
  if (from === 0 && !isSame(fromRoot, emptyRoot())) return false;
  if (from === to) return path.length === 0 && isSame(fromRoot, toRoot);
  if (![fromRoot, toRoot, ...path].every(isHash)) return false;
  if (from === 0) return path.length === 0;

  let [fn, sn] = [from - 1, to - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  const [first, ...others] = fn === 0 ? [fromRoot, ...path] : path;
  if (first === undefined) return false;
  let [fr, sr] = [first, first];
  for (const c of others) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      [fr, sr] = [nodeHash(c, fr), nodeHash(c, sr)];
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = nodeHash(sr, c);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && isSame(fr, fromRoot) && isSame(sr, toRoot);
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const isHash = (bytes: Uint8Array): boolean => bytes.length === HASH_BYTES;
const isOdd = (value: number): boolean => value % 2 === 1;
// The specifications shift bits; JavaScript shifts only 32 of them.
const half = (value: number): number => Math.floor(value / 2);
const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
