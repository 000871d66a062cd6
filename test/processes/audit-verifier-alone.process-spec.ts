import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ReferenceEvidence, zipOf } from '../support/reference-evidence.js';
import { makeLeaves, ReferenceLog, writeFiles } from '../support/reference-log.js';

const ROOT = process.cwd();
/** The parts that docs/audit-verifier.md lists for a machine without the server. */
const PARTS = ['dist/apps/audit-verifier', 'dist/libs/log-check', 'dist/libs/merkle', 'package.json'];
const PACKAGES = ['commander', 'yauzl', 'pend'];

const away = mkdtempSync(join(tmpdir(), 'veritrail-away-'));
const log = new ReferenceLog(makeLeaves(1000));

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
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [program, ...args], { cwd: away })) };
  } catch (error) {
    const { code, stderr, stdout } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

describe('the built verifier on another machine', () => {
  it('checks a log with several threads', async () => {
    const result = await run('log', 'log', '--key', log.vkey, '--threads', '3');
    expect(result).toEqual({
      code: 0,
      stdout: expect.stringMatching(/1000 leaves[^]*\nsound\n$/),
      stderr: '',
    });
  });

  it('reports a broken log in the same way with one thread and with several', async () => {
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

  it('reports a log without one bundle in the same way with one thread and with several', async () => {
    const file = join(away, 'log/tile/entries/001');
    const bundle = readFileSync(file);
    rmSync(file);
    const [one, three] = [
      await run('log', 'log', '--key', log.vkey, '--threads', '1'),
      await run('log', 'log', '--key', log.vkey, '--threads', '3'),
    ];
    writeFileSync(file, bundle);
    expect(one).toMatchObject({ code: 1, stderr: 'BROKEN leaf 256: tile/entries/001 is missing\n' });
    expect(three).toEqual(one);
  });

  it('cannot check a log whose second range is not readable in its thread', async () => {
    const file = join(away, 'log/tile/entries/002');
    const bundle = readFileSync(file);
    rmSync(file);
    mkdirSync(file);
    const result = await run('log', 'log', '--key', log.vkey, '--threads', '3');
    rmSync(file, { recursive: true });
    writeFileSync(file, bundle);
    expect(result).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^COULD NOT CHECK: .*is not a file\n$/),
    });
  });

  it('checks a bundle', async () => {
    const made = new ReferenceEvidence();
    writeFileSync(join(away, 'evidence.zip'), await zipOf(made.bag()));
    expect(await run('bundle', 'evidence.zip', '--key', made.key.vkey)).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('ends with 2 when it cannot check', async () => {
    expect(await run('log', 'nowhere', '--key', log.vkey)).toMatchObject({
      code: 2,
      stderr: 'COULD NOT CHECK: nowhere contains no file named checkpoint\n',
    });
  });
});

describe('the built reconcile', () => {
  it('ends with 2 without a database', async () => {
    const reconcile = join(ROOT, 'dist/apps/reconcile/src/main.js');
    const database = 'postgres://x:y@127.0.0.1:1/x';
    const args = [reconcile, '--key', log.vkey, '--database-url', database];
    await expect(promisify(execFile)(process.execPath, args)).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^COULD NOT CHECK: The database: [^\n]+\n$/),
    });
  });
});
