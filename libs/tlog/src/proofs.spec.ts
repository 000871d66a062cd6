import fc from 'fast-check';
import { leafHashes, MemoryLog, rootsOf } from '../../../test/support/memory-log.js';
import { consistencyProof } from './consistency-proof.js';
import { inclusionProof } from './inclusion-proof.js';
import { provesConsistency, provesInclusion } from './proof-check.js';

// Three levels of tiles, each with a partial tile.
const LEAVES = leafHashes(66_000);
const LOG = new MemoryLog(LEAVES);
const root = rootsOf(LEAVES);

/** Sizes at tile boundaries, and random sizes. */
const size = fc.oneof(
  fc.integer({ min: 1, max: 1_100 }),
  fc.constantFrom(255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_999),
  fc.integer({ min: 1, max: 65_999 }),
);

describe('proofs read from tiles', () => {
  it('prove each leaf of each small log', async () => {
    for (let n = 1; n <= 40; n++) {
      for (let index = 0; index < n; index++) {
        const path = await inclusionProof(LOG, index, n);
        const claim = { index, size: n, leafHash: LEAVES[index]!, root: root(n) };
        expect(provesInclusion(path, claim)).toBe(true);
      }
    }
  });

  it('prove any leaf of any log, but no different leaf, index, size or root', async () => {
    await fc.assert(
      fc.asyncProperty(size, fc.nat(), fc.nat(), async (n, any, other) => {
        const index = any % n;
        const path = await inclusionProof(LOG, index, n);
        const claim = { index, size: n, leafHash: LEAVES[index]!, root: root(n) };
        expect(provesInclusion(path, claim)).toBe(true);
        const wrong = (index + 1 + (other % 65_000)) % 66_000;
        expect(provesInclusion(path, { ...claim, leafHash: LEAVES[wrong]! })).toBe(false);
        if (n > 1) expect(provesInclusion(path, { ...claim, index: index ^ 1 })).toBe(false);
        expect(provesInclusion(path, { ...claim, root: root(n === 1 ? 2 : n - 1) })).toBe(false);
        expect(provesInclusion([...path, LEAVES[0]!], claim)).toBe(false);
        expect(provesInclusion(path.slice(1), claim)).toBe(n === 1);
      }),
      { numRuns: 60 },
    );
  });

  it('prove any older log, but no different log', async () => {
    await fc.assert(
      fc.asyncProperty(size, size, async (one, other) => {
        const [from, to] = one < other ? [one, other] : [other, one];
        const path = await consistencyProof(LOG, from, to);
        const claim = { from, to, fromRoot: root(from), toRoot: root(to) };
        expect(provesConsistency(path, claim)).toBe(true);
        expect(provesConsistency(path, { ...claim, fromRoot: root(from + 1) })).toBe(false);
        expect(provesConsistency(path, { ...claim, toRoot: root(to + 1) })).toBe(false);
        expect(provesConsistency([...path, LEAVES[0]!], claim)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('are empty for the empty log and for the same log', async () => {
    expect(await consistencyProof(LOG, 0, 300)).toEqual([]);
    expect(await consistencyProof(LOG, 300, 300)).toEqual([]);
    const claim = { from: 0, to: 300, fromRoot: root(0), toRoot: root(300) };
    expect(provesConsistency([], claim)).toBe(true);
    expect(provesConsistency([], { ...claim, fromRoot: root(1) })).toBe(false);
  });

  it('read each tile once, and at most two of each level', async () => {
    const log = new MemoryLog(LEAVES);
    await inclusionProof(log, 40_000, 66_000);
    expect(log.asked.toSorted()).toEqual(['0/156/256', '0/257/208', '1/0/256', '1/1/1']);
  });

  it('refuse indexes and sizes beyond the log', async () => {
    await expect(inclusionProof(LOG, 10, 10)).rejects.toThrow('A log of 10 has no leaf 10');
    await expect(inclusionProof(LOG, 0.5, 10)).rejects.toThrow(RangeError);
    await expect(consistencyProof(LOG, 11, 10)).rejects.toThrow('does not contain one of 11');
    await expect(consistencyProof(LOG, -1, 10)).rejects.toThrow(RangeError);
  });

  it('refuse a tile that is too short', async () => {
    const short = { read: async () => [new Uint8Array(32)] };
    await expect(inclusionProof(short, 3, 5)).rejects.toThrow('Tile 0 of level 0 has 32 bytes for 5 hashes');
  });
});
