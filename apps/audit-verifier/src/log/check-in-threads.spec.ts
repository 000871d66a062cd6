import { CannotCheck } from '../findings.js';
import { type BundleJob, type CheckedBundle } from './bundle-check.js';
import { type BundleCheckers } from './bundle-checkers.js';
import { ThreadedCheckers } from './threaded-checkers.js';

/** The program of a thread, and what it does with the jobs of a task. */
function programThat(answers: string): URL {
  const program = `const { parentPort } = require('node:worker_threads');
    parentPort.on('message', ({ jobs }) => { ${answers} });
    parentPort.postMessage({ ready: true });`;
  return new URL(`data:text/javascript,import { createRequire } from 'node:module';
    const require = createRequire('file:///');${encodeURIComponent(program)}`);
}

const CHECKS = `parentPort.postMessage({ checked: jobs.map(({ index }) => ({ index, by: 'another thread' })) });`;
const group = (index: number): BundleJob[] => [{ index, width: 256, cuts: [] }];

/** This thread, which is busy until it is released. */
class BusyHere implements BundleCheckers {
  readonly breadth = 1;
  release: () => void = () => undefined;
  private readonly released = new Promise<void>((resolve) => (this.release = resolve));

  async check(jobs: readonly BundleJob[]): Promise<CheckedBundle[]> {
    await this.released;
    return jobs.map(({ index }) => ({ index, by: 'this thread' })) as unknown as CheckedBundle[];
  }

  async close(): Promise<void> {}
}

describe('checking with several threads', () => {
  let here: BusyHere;
  let checkers: ThreadedCheckers;

  function start(program: URL): void {
    here = new BusyHere();
    checkers = new ThreadedCheckers(program, 2, async () => here, {
      source: { place: '' },
      hashesOnly: false,
    });
  }

  afterEach(async () => checkers.close());

  it('leaves to other threads what this one has no time for', async () => {
    start(programThat(CHECKS));
    const first = checkers.check(group(0));
    const others = await Promise.all([1, 2, 3, 4, 5].map(async (index) => checkers.check(group(index))));
    expect(others.flat()).toEqual([1, 2, 3, 4, 5].map((index) => ({ index, by: 'another thread' })));
    here.release();
    expect(await first).toEqual([{ index: 0, by: 'this thread' }]);
  });

  it('does all of it here when no other thread comes', async () => {
    start(new URL(`data:text/javascript,throw new Error('no program')`));
    here.release();
    const all = await Promise.all([0, 1, 2].map(async (index) => checkers.check(group(index))));
    expect(all.flat()).toEqual([0, 1, 2].map((index) => ({ index, by: 'this thread' })));
  });

  it.each([
    ['fails', `parentPort.postMessage({ failure: 'no room' });`, 'no room'],
    ['ends', 'process.exit(3);', 'a thread ended with 3'],
    ['throws', `throw new Error('out of order');`, 'out of order'],
  ])('cannot check what was given to a thread that %s', async (_what, answers, why) => {
    start(programThat(answers));
    const first = checkers.check(group(0));
    const failing = checkers.check(group(1));
    await expect(failing).rejects.toThrow(CannotCheck);
    await expect(failing).rejects.toThrow(why);
    here.release();
    expect(await first).toEqual([{ index: 0, by: 'this thread' }]);
  });
});
