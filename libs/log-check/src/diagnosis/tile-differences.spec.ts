import fc from 'fast-check';
import { explainDifferences } from './tile-differences.js';

const hashesOf = (values: readonly number[]): Buffer =>
  Buffer.concat(values.map((value) => Buffer.alloc(32, value)));

describe('leaves that differ from their tile', () => {
  it('have at least one finding, whatever differs, and equal ones have none', () => {
    const row = fc.integer({ min: 1, max: 12 }).chain((length) => fc.tuple(rowOf(length), rowOf(length)));
    fc.assert(
      fc.property(row, ([leaves, tile]) => {
        const found = explainDifferences(hashesOf(leaves), hashesOf(tile), 0);
        expect(found.length > 0).toBe(!hashesOf(leaves).equals(hashesOf(tile)));
      }),
      { numRuns: 5000 },
    );
  });
});

/** Few values, so that hashes repeat. */
function rowOf(length: number): fc.Arbitrary<number[]> {
  return fc.array(fc.nat(4), { minLength: length, maxLength: length });
}
