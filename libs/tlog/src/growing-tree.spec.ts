import fc from 'fast-check';
import { leafHashes, MemoryLog, rootsOf } from '../../../test/support/memory-log.js';
import { type FullTile, GrowingTree } from './growing-tree.js';

const LEAVES = leafHashes(66_100);
const LOG = new MemoryLog(LEAVES);
const root = rootsOf(LEAVES);

function grow(tree: GrowingTree, to: number): FullTile[] {
  return LEAVES.slice(tree.size, to).flatMap((hash) => tree.append(hash));
}

async function expectTheTilesOf(tiles: readonly FullTile[], log: MemoryLog): Promise<void> {
  for (const { level, index, hashes, root: hash } of tiles) {
    const expected = await log.tile(level, index, 256);
    expect(expected.equals(hashes)).toBe(true);
    const above = await log.tile(level + 1, Math.floor(index / 256), (index % 256) + 1);
    expect(above.subarray(-32).equals(hash)).toBe(true);
  }
}

describe('the growing tree', () => {
  it('returns each tile once, when it becomes full', async () => {
    const tree = GrowingTree.empty();
    expect(grow(tree, 255)).toEqual([]);
    expect(grow(tree, 256).map(({ level, index }) => [level, index])).toEqual([[0, 0]]);
    const tiles = grow(tree, 66_100);
    expect(tiles.filter(({ level }) => level === 0)).toHaveLength(257);
    expect(tiles.filter(({ level }) => level === 1)).toHaveLength(1);
    await expectTheTilesOf(tiles, LOG);
  });

  it('resumes at any size with the same result', async () => {
    const sizes = fc.oneof(fc.nat(1_200), fc.constantFrom(65_535, 65_536, 65_537, 65_792));
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(300), async (stop, more) => {
        const tree = await GrowingTree.resume(LOG, stop);
        expect(Buffer.from(tree.root()).equals(root(stop))).toBe(true);
        await expectTheTilesOf(grow(tree, stop + more), LOG);
        expect(tree.size).toBe(stop + more);
        expect(Buffer.from(tree.root()).equals(root(stop + more))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
