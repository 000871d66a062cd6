import { leafHash, nodeHash } from './hashes.js';
import { foldRow } from './packed-hashes.js';

/** MTH as RFC 6962 section 2.1 defines it: split at the largest power of two below the number of leaves. */
function mth(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (leaves.length === 1 && only) return only;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}

describe('a row of hashes', () => {
  const leaves = Array.from({ length: 300 }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)));

  it('folds to the root of the subtree, whatever its width', () => {
    for (let count = 1; count <= leaves.length; count++) {
      const row = Buffer.concat(leaves.slice(0, count));
      expect(foldRow(row, count).equals(mth(leaves.slice(0, count)))).toBe(true);
    }
  });

  it('is refused if it is empty', () => {
    expect(() => foldRow(Buffer.alloc(0), 0)).toThrow(RangeError);
    expect(() => foldRow(Buffer.alloc(32), 2)).toThrow(RangeError);
  });
});
