import { leavesThatEndAlike } from './check-identifiers.js';

const ENDS = Array.from({ length: 40_000 }, (_, index) => (index * 2_654_435_761) % 2 ** 52);

/** The groups among leaves with these ends, 256 in a bundle. */
function groupsOf(ends: readonly number[]): number[][] {
  const bundles = Array.from({ length: Math.ceil(ends.length / 256) }, (_, index) => ({
    index,
    idEnds: Float64Array.from(ends.slice(index * 256, (index + 1) * 256)),
  }));
  return leavesThatEndAlike(bundles).groups;
}

describe('leaves whose identifiers end alike', () => {
  it('are found, however far apart', () => {
    expect(groupsOf(ENDS)).toEqual([]);
    expect(groupsOf([...ENDS, ENDS[7]!, ENDS[30_000]!, ENDS[7]!])).toEqual([
      [7, 40_000, 40_002],
      [30_000, 40_001],
    ]);
  });

  it('do not include those of which only 32 bits are equal', () => {
    const halves = Array.from({ length: 3000 }, (_, high) => high * 2 ** 32 + 7);
    expect(groupsOf([...halves, ...halves.slice(0, 5), 2 ** 32 * 4000, 0, 0])).toEqual([
      ...[0, 1, 2, 3, 4].map((index) => [index, 3000 + index]),
      [3006, 3007],
    ]);
  });

  it('do not include leaves that could not be read', () => {
    const bundles = [
      { index: 0, idEnds: Float64Array.of(1, Number.NaN, Number.NaN) },
      { index: 1, idEnds: Float64Array.of(Number.NaN, 1, 0, 0) },
    ];
    expect(leavesThatEndAlike(bundles)).toEqual({
      total: 2,
      groups: [
        [0, 257],
        [258, 259],
      ],
    });
  });

  it('are counted beyond the groups that are kept', () => {
    const twice = [...ENDS.slice(0, 3000), ...ENDS.slice(0, 3000)];
    const { groups, total } = leavesThatEndAlike([{ index: 0, idEnds: Float64Array.from(twice) }]);
    expect({ total, kept: groups.length }).toEqual({ total: 3000, kept: 1000 });
  });
});
