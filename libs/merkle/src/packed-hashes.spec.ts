import { leafHash, nodeHash } from './hashes.js';
import { foldRow, leafHashText } from './packed-hashes.js';

/** MTH as RFC 6962 section 2.1 defines it: split at the largest power of two below the number of leaves. */
function mth(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (leaves.length === 1 && only) return only;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}

describe('packed hashes', () => {
  const leaves = Array.from({ length: 300 }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)));

  it('of leaves are those of RFC 6962', () => {
    const text = leafHashText(Buffer.from('\0a leaf'));
    expect(Buffer.from(text, 'latin1')).toEqual(leafHash(Buffer.from('a leaf')));
    expect(() => leafHashText(Buffer.from('\u0001a node'))).toThrow('preceded by the byte 0x00');
  });

  it('fold to the root of the subtree, whatever its width', () => {
    for (let count = 1; count <= leaves.length; count++) {
      const row = Buffer.concat(leaves.slice(0, count));
      expect(foldRow(row, count).equals(mth(leaves.slice(0, count)))).toBe(true);
    }
  });

  it('of nothing are refused', () => {
    expect(() => foldRow(Buffer.alloc(0), 0)).toThrow(RangeError);
    expect(() => foldRow(Buffer.alloc(32), 2)).toThrow(RangeError);
  });
});
