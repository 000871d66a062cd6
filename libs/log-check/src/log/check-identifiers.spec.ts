import { RepeatedIds } from './repeated-ids.js';

const PRINTS = Array.from({ length: 40_000 }, (_, index) => (index * 2_654_435_761) % 2 ** 52);

describe('identifiers that end alike', () => {
  it('are found, however far apart', () => {
    const ids = new RepeatedIds();
    ids.addAll(0, Float64Array.from(PRINTS));
    expect(ids.suspects()).toEqual([]);
    ids.addAll(PRINTS.length, Float64Array.of(PRINTS[7]!, PRINTS[30_000]!, PRINTS[7]!));
    expect(ids.suspects()).toEqual([
      [7, 40_000, 40_002],
      [30_000, 40_001],
    ]);
  });

  it('are not those of which only a half is alike', () => {
    const ids = new RepeatedIds();
    const halves = Array.from({ length: 3000 }, (_, high) => high * 2 ** 32 + 7);
    ids.addAll(0, Float64Array.from(halves));
    ids.addAll(3000, Float64Array.from([...halves.slice(0, 5), 2 ** 32 * 4000, 0, 0]));
    expect(ids.suspects().toSorted(([a = 0], [b = 0]) => a - b)).toEqual([
      ...[0, 1, 2, 3, 4].map((index) => [index, 3000 + index]),
      [3006, 3007],
    ]);
  });

  it('are told once, also when there were few of them at first', () => {
    const ids = new RepeatedIds();
    ids.addAll(0, Float64Array.of(5, 5));
    ids.addAll(2, Float64Array.from(PRINTS));
    expect(ids.suspects()).toContainEqual([0, 1]);
    expect(ids.suspects().flat()).toHaveLength(2);
  });

  it('are those of leaves that could be read, by their own indexes', () => {
    const ids = new RepeatedIds();
    ids.addAll(0, Float64Array.of(1, Number.NaN, Number.NaN));
    ids.addAll(256, Float64Array.of(Number.NaN, 1, 0, 0));
    expect(ids.suspects()).toEqual([
      [0, 257],
      [258, 259],
    ]);
  });
});
