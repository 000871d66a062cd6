import { TILE_WIDTH } from '../formats/tile-path.js';
import { type BundleJob, type CheckedBundle } from './bundle-check.js';
import { type BundleCheckers } from './bundle-checkers.js';

/** Bundles that go to a checker at once, about 2 MB of ordinary leaves: at the end, a thread waits for one group of another. */
const GROUP = 8;

/** The bundles of a log of this size, handed out in groups and taken back in order, few being in memory at a time. */
export class BundlePlan {
  private readonly cuts = new Map<number, number[]>();

  constructor(
    private readonly size: number,
    older: ReadonlyArray<{ readonly size: number }>,
  ) {
    for (const { size: end } of older) {
      const index = Math.floor(end / TILE_WIDTH);
      const within = this.cuts.get(index) ?? [];
      if (end < size && end % TILE_WIDTH > 0) this.cuts.set(index, [...within, end % TILE_WIDTH]);
    }
  }

  async *run(checkers: BundleCheckers): AsyncGenerator<CheckedBundle> {
    const underWay: Array<Promise<CheckedBundle[]>> = [];
    for (const group of this.groups()) {
      const checking = checkers.check(group);
      // What fails is thrown when its turn comes; until then it is nobody's unhandled rejection.
      checking.catch(() => undefined);
      underWay.push(checking);
      if (underWay.length >= checkers.breadth) yield* (await underWay.shift()) ?? [];
    }
    for (const checking of underWay) yield* await checking;
  }

  private *groups(): Generator<BundleJob[]> {
    const bundles = Math.ceil(this.size / TILE_WIDTH);
    for (let begin = 0; begin < bundles; begin += GROUP) {
      const length = Math.min(GROUP, bundles - begin);
      yield Array.from({ length }, (_, offset) => this.job(begin + offset));
    }
  }

  private job(index: number): BundleJob {
    const width = Math.min(TILE_WIDTH, this.size - index * TILE_WIDTH);
    return { index, width, cuts: this.cuts.get(index) ?? [] };
  }
}
