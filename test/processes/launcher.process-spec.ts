import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const NODE_FOLDER = dirname(process.execPath);

/** The launcher in a separate project without packages, so that npm has nothing to fetch. */
describe('the launcher', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'veritrail launcher '));
    for (const folder of ['apps/launcher', 'libs/file-lock']) {
      cpSync(folder, join(root, folder), { recursive: true });
    }
    const manifest = { name: 'probe', version: '1.0.0', private: true, type: 'module' };
    writeFileSync(join(root, 'package.json'), JSON.stringify(manifest));
    const lock = { ...manifest, lockfileVersion: 3, requires: true, packages: { '': manifest } };
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock));
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const launch = (args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess => {
    const PATH = `${NODE_FOLDER}${delimiter}${process.env['PATH'] ?? ''}`;
    const options = { env: { ...process.env, npm_lifecycle_event: 'start', PATH, ...env } };
    return spawn(process.execPath, [join(root, 'apps/launcher/launch.mjs'), ...args], {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  };

  const finish = async (child: ChildProcess) => {
    let output = '';
    let errors = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    await once(child, 'close');
    return { code: child.exitCode, output, errors };
  };

  it('installs once, also with NODE_ENV=production, and is then quiet', async () => {
    const first = await finish(launch(['run', 'node', '-p', '6 * 7'], { NODE_ENV: 'production' }));
    expect(first).toMatchObject({ code: 0, output: '42\n' });
    expect(first.errors).toMatch(
      /^veritrail: Install packages: usually about \d+ s\nveritrail: Install packages: done in \d+ s\n$/,
    );
    expect(await finish(launch(['run', 'node', '-p', '6 * 7']))).toEqual({
      code: 0,
      output: '42\n',
      errors: '',
    });
  }, 60_000);

  it('installs again when the lock file changed', async () => {
    await finish(launch(['run', 'node', '-v']));
    writeFileSync(
      join(root, 'package-lock.json'),
      `${readFileSync(join(root, 'package-lock.json'), 'utf8')}\n`,
    );
    expect((await finish(launch(['run', 'node', '-v']))).errors).toContain('Install packages: usually');
  }, 60_000);

  it('lets one of two copies install while the other waits', async () => {
    const both = await Promise.all([1, 2].map(() => finish(launch(['run', 'node', '-p', '1']))));
    expect(both.map(({ code, output }) => ({ code, output }))).toEqual([
      { code: 0, output: '1\n' },
      { code: 0, output: '1\n' },
    ]);
    expect(both.filter(({ errors }) => errors.includes('Install packages: usually'))).toHaveLength(1);
  }, 60_000);

  it('leaves a linked node_modules alone', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'veritrail-modules-'));
    writeFileSync(join(elsewhere, 'kept'), '');
    symlinkSync(elsewhere, join(root, 'node_modules'));
    expect(await finish(launch(['run', 'node', '-p', '1']))).toEqual({ code: 0, output: '1\n', errors: '' });
    expect(existsSync(join(elsewhere, 'kept'))).toBe(true);
    rmSync(elsewhere, { recursive: true });
  }, 60_000);

  /** Replaces npm: the launcher runs the npm that started it. */
  const fakeNpm = (body: string): NodeJS.ProcessEnv => {
    const path = join(root, 'npm-cli.cjs');
    writeFileSync(path, body);
    return { npm_execpath: path };
  };

  it.each([
    [
      'npm error code ENOTFOUND',
      /npm cannot reach its registry\. Check the network connection, .* run the command again/,
    ],
    ['npm error code ENOSPC', /the disk is full\. Free some space/],
    ['npm error code EACCES', /this user may not write in .*veritrail launcher/],
    ['npm error Invalid lock file', /npm ended with exit code 3\./],
  ])(
    'explains that npm wrote "%s", and installs at the next start',
    async (wrote, sentence) => {
      const npm = fakeNpm(`console.error(${JSON.stringify(wrote)}); process.exit(3);`);
      const failed = await finish(launch(['run', 'node', '-v'], npm));
      expect(failed).toMatchObject({ code: 1, output: '' });
      expect(failed.errors).toMatch(sentence);
      expect(failed.errors).toContain(`npm wrote:\n${wrote}\n`);
      expect(failed.errors).not.toMatch(/done in|\.mjs/);
      expect(await finish(launch(['run', 'node', '-p', '1']))).toMatchObject({ code: 0, output: '1\n' });
    },
    60_000,
  );

  it('also stops npm when it is stopped while installing', async () => {
    const note = join(root, 'npm-pid');
    const npm = fakeNpm(
      `require('node:fs').writeFileSync(${JSON.stringify(note)}, String(process.pid)); setInterval(() => 0, 1000);`,
    );
    const child = launch(['run', 'node', '-v'], npm);
    const finished = finish(child);
    while (!existsSync(note) || readFileSync(note, 'utf8') === '') await sleep(20);
    child.kill('SIGTERM');
    const { code, errors } = await finished;
    expect(code).toBe(143);
    expect(errors).toMatch(/veritrail: Stopped\. The next start continues here\.\n$/);
    expect(() => process.kill(Number(readFileSync(note, 'utf8')), 0)).toThrow('ESRCH');
  }, 60_000);

  it('passes the exit code on, and names an unknown command', async () => {
    expect(await finish(launch(['run', 'node', '-e', 'process.exit(7)']))).toMatchObject({ code: 7 });
    expect(await finish(launch(['dance']))).toMatchObject({
      code: 1,
      errors: expect.stringContaining('"dance"'),
    });
    const unknown = await finish(launch(['run', 'no-such-program']));
    expect(unknown).toMatchObject({ code: 1, errors: expect.stringContaining('"no-such-program"') });
  }, 60_000);

  const PATIENT =
    "process.once('SIGTERM', () => setTimeout(() => process.exit(0), 300)); setInterval(() => 0, 1000); console.log(process.pid)";

  it('passes SIGTERM on and waits for the program to end', async () => {
    const child = launch(['run', 'node', '-e', PATIENT]);
    const [pid] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
  }, 60_000);

  it('ends the program when the parent of the launcher is gone', async () => {
    const launcher = [process.execPath, join(root, 'apps/launcher/launch.mjs'), 'run', 'node', '-e', PATIENT];
    const above = spawn(
      process.execPath,
      [
        '-e',
        `require('node:child_process').spawn(process.argv[1], process.argv.slice(2), { stdio: 'inherit' })`,
        ...launcher,
      ],
      { env: { ...process.env, npm_lifecycle_event: 'start' }, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const output = createInterface({ input: above.stdout! });
    const [pid] = (await once(output, 'line')) as [string];
    above.kill('SIGKILL');
    // The program holds the other end of the pipe, which closes when the program is gone.
    await once(output, 'close');
    expect(spawnSync('kill', ['-0', pid]).status).not.toBe(0);
  }, 60_000);
});
