import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BundleRange, CannotCheck, checkRange, openSource } from '#libs/log-check';
import { makeLeaves, ReferenceLog, writeFiles } from '../../../../test/support/reference-log.js';
import { checkInThreads } from './check-in-threads.js';

const folder = mkdtempSync(join(tmpdir(), 'veritrail-threads-'));
const location = { place: folder };
const range = (from: number, to: number): BundleRange => ({ from, to, sizes: [700], hashesOnly: false });
const RANGES = [range(0, 1), range(1, 2), range(2, 3)];

beforeAll(() => writeFiles(folder, new ReferenceLog(makeLeaves(700)).files()));
afterAll(() => rmSync(folder, { recursive: true }));

/** A worker program that runs these statements with `parentPort` and its `range`. */
function programThat(statements: string): URL {
  const program = `const { parentPort, workerData: { range } } = require('node:worker_threads'); ${statements}`;
  return new URL(`data:text/javascript,import { createRequire } from 'node:module';
    const require = createRequire('file:///');${encodeURIComponent(program)}`);
}

describe('checking in threads', () => {
  it('checks the first range in this thread and each other range in its own', async () => {
    const program = programThat(`parentPort.postMessage({ checked: { from: range.from } });`);
    const first = await checkRange(openSource(location), range(0, 1));
    expect(await checkInThreads(location, RANGES, program)).toEqual([first, { from: 1 }, { from: 2 }]);
  });

  it('checks all ranges in this thread without a worker program', async () => {
    const source = openSource(location);
    const expected = [];
    for (const one of RANGES) expected.push(await checkRange(source, one));
    expect(await checkInThreads(location, RANGES, null)).toEqual(expected);
    expect(expected.map(({ bundles }) => bundles.map(({ index }) => index))).toEqual([[0], [1], [2]]);
  });

  it.each([
    ['reports a failure', `parentPort.postMessage({ failure: 'no room' });`, 'no room'],
    ['ends', 'process.exit(3);', 'a thread ended with 3'],
    ['ends without a result', 'process.exit(0);', 'a thread ended with 0'],
    ['throws', `throw new Error('out of order');`, 'out of order'],
  ])('cannot check a log if a thread %s', async (_what, statements, why) => {
    const checking = checkInThreads(location, RANGES, programThat(statements));
    await expect(checking).rejects.toThrow(CannotCheck);
    await expect(checking).rejects.toThrow(why);
  });
});
