import fc from 'fast-check';
import { leafHash } from '#libs/merkle';
import { leafHashes, naiveRoot } from '../../../test/support/memory-log.js';
import { CompactRange } from './compact-range.js';

/** The eight leaves of the reference implementations of RFC 6962, and the roots that all of them print. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('the compact range', () => {
  it('computes the roots of the reference log, empty and after each leaf', () => {
    const range = CompactRange.of(0, []);
    const roots = [hex(range.root())];
    for (const leaf of LEAVES) {
      range.append(leafHash(Buffer.from(leaf, 'hex')));
      roots.push(hex(range.root()));
    }
    expect(roots).toEqual(ROOTS);
  });

  it('computes the root of RFC 6962 at every size, resumed at any point', () => {
    const hashes = leafHashes(700);
    fc.assert(
      fc.property(fc.nat(700), fc.nat(700), (one, other) => {
        const [stop, size] = one < other ? [one, other] : [other, one];
        const before = CompactRange.of(0, []);
        for (const hash of hashes.slice(0, stop)) before.append(hash);
        const after = CompactRange.of(stop, before.hashes);
        for (const hash of hashes.slice(stop, size)) after.append(hash);
        expect(after.size).toBe(size);
        expect(hex(after.root())).toBe(hex(naiveRoot(hashes.slice(0, size))));
      }),
    );
  });

  it('returns the nodes that a leaf completes', () => {
    const range = CompactRange.of(0, []);
    const heights = leafHashes(8).map((hash) => range.append(hash).map(({ height }) => height));
    expect(heights).toEqual([[0], [0, 1], [0], [0, 1, 2], [0], [0, 1], [0], [0, 1, 2, 3]]);
  });

  it('refuses hashes that do not fit the size', () => {
    expect(() => CompactRange.of(3, leafHashes(3))).toThrow('has 2 complete subtrees, not 3');
    expect(() => CompactRange.of(-1, [])).toThrow(RangeError);
    expect(() => CompactRange.of(2 ** 53, [])).toThrow(RangeError);
  });
});
