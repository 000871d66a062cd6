import fc from 'fast-check';
import { entriesPath, parseNumberPath, parseTileLevel, partialTiles, tilePath, tileWidth } from './tile.js';

describe('tiles', () => {
  it('have the paths of tlog-tiles', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ level: 1, index: 0, width: 17 })).toBe('tile/1/000.p/17');
    expect(entriesPath(273, 112)).toBe('tile/entries/273.p/112');
    expect(entriesPath(1_000, 256)).toBe('tile/entries/x001/000');
  });

  it('are parsed from their paths', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (index, width) => {
        const name = tilePath({ level: 3, index, width }).slice('tile/3/'.length);
        expect(parseNumberPath(name)).toEqual({ index, width });
      }),
    );
  });

  it.each([
    ['', 'nothing'],
    ['0', 'too few digits'],
    ['1234', 'too many digits'],
    ['001/000', 'a group without its x'],
    ['x000/001', 'a needless group'],
    ['x001/x000', 'an x at the last group'],
    ['000.p/0', 'an empty partial tile'],
    ['000.p/256', 'a full tile as a partial one'],
    ['000.p/07', 'a leading zero'],
    ['000.p', 'no width'],
    ['000/', 'a slash at the end'],
    ['x999/x999/x999/x999/x999/999', 'more than can be counted'],
  ])('have no other paths: %j (%s)', (path) => {
    expect(parseNumberPath(path)).toBeNull();
  });

  it('have the levels 0 to 63', () => {
    expect(['0', '9', '63'].map(parseTileLevel)).toEqual([0, 9, 63]);
    expect(['64', '00', '07', '-1', '1e1', '', 'entries'].map(parseTileLevel)).toEqual(Array(7).fill(null));
  });

  it('match the examples in tlog-tiles', () => {
    expect(partialTiles(70_000)).toEqual([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
    expect(partialTiles(256)).toEqual([{ level: 1, index: 0, width: 1 }]);
    expect(partialTiles(0)).toEqual([]);
    expect([tileWidth(0, 272, 70_000), tileWidth(0, 273, 70_000), tileWidth(0, 274, 70_000)]).toEqual([
      256, 112, 0,
    ]);
  });
});
