/** Leaves begin to end of a log, the last not included: D[begin:end] in RFC 6962 section 2.1. */
export interface LeafRange {
  readonly begin: number;
  readonly end: number;
}

/** A complete subtree: the node above the 2^height leaves from index * 2^height on. */
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
 * The complete subtrees that a range of a split consists of, left to right and from the highest down: MTH(D[begin:end])
 * is folded from their hashes. A split never begins in the middle of one, so every one of them is a node of the tree.
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

/** Refuses what is not a count of leaves; JavaScript counts exactly up to 2^53. */
export function requireCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${name} must be a non-negative integer, not ${value}`);
}

function heightOf(leaves: number): number {
  let height = 0;
  while (2 ** (height + 1) <= leaves) height++;
  return height;
}
