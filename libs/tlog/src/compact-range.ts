import { emptyRoot, nodeHash } from '#libs/merkle';
import { requireCount, subtreesOf } from './subtrees.js';

/** A node with all its leaves: its hash never changes. */
export interface CompleteNode {
  readonly height: number;
  readonly hash: Uint8Array;
}

/**
 * The hashes of the complete subtrees of a log, highest first. Enough to append to the log and to compute its root
 * (RFC 6962 section 2.1); at most 53 hashes.
 */
export class CompactRange {
  private leaves = 0;
  private edge: CompleteNode[] = [];

  /** The range of a log of `size` leaves, from the value of `hashes`. */
  static of(size: number, hashes: readonly Uint8Array[]): CompactRange {
    requireCount('The size of a log', size);
    const subtrees = subtreesOf({ begin: 0, end: size });
    if (subtrees.length !== hashes.length) {
      throw new RangeError(`A log of ${size} has ${subtrees.length} complete subtrees, not ${hashes.length}`);
    }
    const range = new CompactRange();
    range.leaves = size;
    range.edge = subtrees.map(({ height }, at) => ({ height, hash: hashes[at] ?? emptyRoot() }));
    return range;
  }

  get size(): number {
    return this.leaves;
  }

  get hashes(): readonly Uint8Array[] {
    return this.edge.map(({ hash }) => hash);
  }

  /** Appends a leaf hash. Returns the nodes that it completes, from the leaf upwards. */
  append(leafHash: Uint8Array): readonly CompleteNode[] {
    let node: CompleteNode = { height: 0, hash: leafHash };
    const completed = [node];
    for (let left = this.edge.at(-1); left?.height === node.height; left = this.edge.at(-1)) {
      this.edge.pop();
      node = { height: node.height + 1, hash: nodeHash(left.hash, node.hash) };
      completed.push(node);
    }
    this.edge.push(node);
    this.leaves += 1;
    return completed;
  }

  /** MTH(D[n]): the root of the leaves appended so far. */
  root(): Uint8Array {
    return foldRight(this.hashes);
  }
}

/** MTH of a range, folded from the hashes of its complete subtrees, left to right. */
export function foldRight(hashes: readonly Uint8Array[]): Uint8Array {
  const last = hashes.at(-1);
  if (last === undefined) return emptyRoot();
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}
