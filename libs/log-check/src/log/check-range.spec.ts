import fc from 'fast-check';
import { type LogSource } from '../core/log-source.js';
import { checkRange, rangesOf } from './check-range.js';

const checkpointOf = (size: number) => ({ origin: 'log.example/test', size, root: Buffer.alloc(32) });

const empty: LogSource = {
  name: 'nothing',
  checkpoint: async () => Buffer.of(),
  bundle: async () => null,
  tile: async () => null,
};

describe('the ranges of a log', () => {
  it('contain each bundle once, in order', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 20 }), (size, parts) => {
        const ranges = rangesOf({ checkpoint: checkpointOf(size), older: [] }, false, parts);
        expect(ranges.length).toBeLessThanOrEqual(parts);
        expect(ranges[0]?.from).toBe(0);
        expect(ranges.at(-1)?.to).toBe(Math.ceil(size / 256));
        for (const [part, { from }] of ranges.entries()) {
          if (part > 0) expect(from).toBe(ranges[part - 1]?.to);
        }
      }),
    );
  });

  it('need no memory for missing bundles', async () => {
    const [range] = rangesOf({ checkpoint: checkpointOf(256_000), older: [] }, false);
    const { bundles, found } = await checkRange(empty, range!);
    expect(bundles).toEqual([]);
    expect({ kept: found.kept.length, dropped: found.dropped }).toEqual({ kept: 50, dropped: 950 });
    expect(found.kept[0]?.where).toBe('tile/0/000');
  });
});
