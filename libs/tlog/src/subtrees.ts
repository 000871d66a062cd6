/** The leaves from `begin` to `end`, exclusive: D[begin:end] in RFC 6962 section 2.1. */
export interface LeafRange {
  readonly begin: number;
  readonly end: number;
}

/** A complete subtree: the node above 2^height leaves, from leaf index * 2^height. */
export interface Subtree {
  readonly height: number;
  readonly index: number;
}

/** k of RFC 6962 section 2.1: the largest power of two smaller than `leaves`, which is at least two. */
export function splitPoint(leaves: number): number {
  let k = 1;
  while (k * 2 < leaves) k *= 2;
  return k;
}

/** The leaves below a complete subtree. */
export function leavesOf({ height, index }: Subtree): LeafRange {
  return { begin: index * 2 ** height, end: (index + 1) * 2 ** height };
}

/**
 * The complete subtrees of a range that splitting produces, left to right and highest first: MTH(D[begin:end]) is
 * folded from their hashes. Each of them is a node of the tree.
 */
export function subtreesOf({ begin, end }: LeafRange): Subtree[] {
  const found: Subtree[] = [];
  let at = begin;
  for (let height = heightOf(end - begin); height >= 0; height--) {
    const leaves = 2 ** height;
    if (end - at < leaves) continue;
    if (at % leaves !== 0) throw new RangeError(`${begin}:${end} is not a subtree range`);
    found.push({ height, index: at / leaves });
    at += leaves;
  }
  return found;
}

/** Throws `RangeError` unless the value is a count of leaves; JavaScript counts exactly up to 2^53. */
export function requireCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${name} must be a non-negative integer, not ${value}`);
}

function heightOf(leaves: number): number {
  let height = 0;
  while (2 ** (height + 1) <= leaves) height++;
  return height;
}
