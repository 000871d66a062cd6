import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type BundleJob } from '../../apps/audit-verifier/src/log/bundle-check.js';
import { LocalCheckers } from '../../apps/audit-verifier/src/log/bundle-checkers.js';
import { ThreadedCheckers } from '../../apps/audit-verifier/src/log/threaded-checkers.js';
import { openSource } from '../../apps/audit-verifier/src/sources/source-place.js';
import { MadeEvidence, zipOf } from '../support/made-evidence.js';
import { makeLeaves, MadeLog, writeFiles } from '../support/made-log.js';

const ROOT = process.cwd();
/** What docs/audit-verifier.md says that it takes to run the verifier where the server never was. */
const PARTS = ['dist/apps/audit-verifier', 'dist/libs/merkle', 'package.json'];
const PACKAGES = ['commander', 'yauzl', 'pend'];

const away = mkdtempSync(join(tmpdir(), 'veritrail-away-'));
const log = new MadeLog(makeLeaves(1000));

beforeAll(() => {
  for (const part of PARTS) cpSync(join(ROOT, part), join(away, part), { recursive: true });
  mkdirSync(join(away, 'node_modules'));
  for (const name of PACKAGES) {
    symlinkSync(join(ROOT, 'node_modules', name), join(away, 'node_modules', name));
  }
  writeFiles(join(away, 'log'), log.files());
});

afterAll(() => rmSync(away, { recursive: true }));

const program = join(away, 'dist/apps/audit-verifier/src/main.js');

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return node(program, ...args);
}

async function node(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, args, { cwd: away })) };
  } catch (error) {
    const { code, stderr, stdout } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

describe('the verifier, built and taken elsewhere', () => {
  it('checks a log with several threads', async () => {
    const result = await run('log', 'log', '--key', log.vkey, '--threads', '3');
    expect(result).toEqual({
      code: 0,
      stdout: expect.stringMatching(/1000 leaves[^]*\nsound\n$/),
      stderr: '',
    });
  });

  it('says the same with several threads of a log that is broken', async () => {
    const file = join(away, 'log/tile/entries/002');
    const bundle = readFileSync(file);
    writeFileSync(file, Buffer.from(bundle.toString('latin1').replace('succeeded', 'succeedes'), 'latin1'));
    const [one, three] = [
      await run('log', 'log', '--key', log.vkey, '--threads', '1'),
      await run('log', 'log', '--key', log.vkey, '--threads', '3'),
    ];
    writeFileSync(file, bundle);
    expect(one).toEqual({
      code: 1,
      stdout: expect.stringContaining('broken: '),
      stderr: expect.stringContaining('BROKEN leaf 512: it is not what was logged'),
    });
    expect(three).toEqual(one);
  });

  it('says the same where there is no WebAssembly', async () => {
    const args = ['log', 'log', '--key', log.vkey, '--threads', '1'];
    expect(await node('--jitless', program, ...args)).toEqual(await run(...args));
  });

  it('finds in another thread what it finds in this one', async () => {
    const source = { place: join(away, 'log') };
    const worker = pathToFileURL(join(away, 'dist/apps/audit-verifier/src/log/checking.worker.js'));
    // This thread never gets done with what it takes: the second group is for the other one.
    const here = {
      breadth: 1,
      check: async () => new Promise<never>(() => undefined),
      close: async () => {},
    };
    const threads = new ThreadedCheckers(worker, 2, async () => here, { source, hashesOnly: false });
    const jobs = [0, 2, 4].map((index): BundleJob => ({ index, width: 256, cuts: [7] }));
    void threads.check(jobs);
    const there = await threads.check(jobs);
    await threads.close();
    expect(there).toEqual(await new LocalCheckers(openSource(source), {}).check(jobs));
    expect(there.map(({ bytes, findings }) => [bytes > 100_000, findings.length])).toEqual([
      [true, 0],
      [true, 0],
      [false, 1],
    ]);
  });

  it('checks a bundle', async () => {
    const made = new MadeEvidence();
    writeFileSync(join(away, 'evidence.zip'), await zipOf(made.bag()));
    expect(await run('bundle', 'evidence.zip', '--key', made.key.vkey)).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('ends with 2 when it cannot check', async () => {
    expect(await run('log', 'nowhere', '--key', log.vkey)).toMatchObject({
      code: 2,
      stderr: 'COULD NOT CHECK: nowhere holds no file named checkpoint\n',
    });
  });
});
