import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { EmbeddedPostgres } from '../../apps/cli/src/embedded-postgres/index.js';
import { SourceProgram } from '../support/source-program.js';

const MAIN = 'apps/cli/src/main.ts';
const LAST_LINE = /Press Ctrl-C to stop/;
const hasCurl = spawnSync('curl', ['--version']).status === 0;

interface Running {
  readonly program: SourceProgram;
  readonly greeting: string;
  readonly url: string;
}

describe('npm start', () => {
  let home: string;
  let dataDir: string;
  const programs: SourceProgram[] = [];

  const run = (args: string[], env: NodeJS.ProcessEnv = {}): SourceProgram => {
    const clean = {
      DATABASE_URL: '',
      DEMO_PASSWORD: '',
      JWT_PRIVATE_KEY: '',
      NODE_ENV: 'development',
      HOST: '',
    };
    const quiet = { LOG_LEVEL: 'warn', LOG_FORMAT: 'json', PORT: '0' };
    const all = { ...process.env, ...clean, ...quiet, DATA_DIR: dataDir, ...env };
    const program = SourceProgram.start(MAIN, args, all);
    programs.push(program);
    return program;
  };

  const up = async (env: NodeJS.ProcessEnv = {}): Promise<Running> => {
    const program = run(['up'], env);
    const greeting = (await program.linesUntil(LAST_LINE)).join('\n');
    return { program, greeting, url: /ready: (http:\S+)\/docs/.exec(greeting)?.[1] ?? '' };
  };

  const login = async (url: string, email: string, password: string): Promise<number> => {
    const body = JSON.stringify({ email, password });
    const headers = { 'content-type': 'application/json' };
    return (await fetch(`${url}/v1/auth/login`, { method: 'POST', headers, body })).status;
  };

  const keptPassword = (): string => readFileSync(join(dataDir, 'demo-password'), 'utf8');

  /** The audit entries of operators and of the account that the test created, oldest first. */
  const operatorEntries = async (): Promise<unknown[]> => {
    const postgres = new EmbeddedPostgres({ dataDir });
    const client = new Client({ connectionString: (await postgres.start()).migrationDatabaseUrl });
    await client.connect();
    const { rows } = await client.query(
      `SELECT e.action, e.outcome FROM audit.entries e JOIN users.users u ON u.id::text = e.target_id::text
       WHERE e.actor_type = 'operator' AND u.email = 'boss@example.org' ORDER BY e.id`,
    );
    await client.end();
    await postgres.stop();
    return rows;
  };

  const isGone = async (url: string): Promise<boolean> => {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if ((await fetch(url).catch(() => undefined)) === undefined) return true;
      await sleep(100);
    }
    return false;
  };

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'veritrail up '));
    chmodSync(home, 0o755);
    dataDir = join(home, 'data');
  });

  afterEach(async () => {
    for (const program of programs.splice(0)) await program.end('SIGTERM');
  });

  afterAll(async () => {
    // Joining and leaving stops a PostgreSQL whose starter was killed.
    const postgres = new EmbeddedPostgres({ dataDir });
    await postgres.start();
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('starts everything, and shows the demo accounts, their new password and a call to paste', async () => {
    const { program, greeting, url } = await up();
    const password = keptPassword();
    expect(greeting).toContain(`Password: ${password} `);
    expect(statSync(join(dataDir, 'demo-password')).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'keys', 'jwt-private-key.pem')).mode & 0o777).toBe(0o600);
    for (const name of ['user', 'verifier', 'admin', 'manager', 'auditor']) {
      expect(greeting).toContain(`${name}@example.com`);
      expect(await login(url, `${name}@example.com`, password)).toBe(200);
    }
    expect((await fetch(`${url}/docs`)).status).toBe(200);
    if (hasCurl) {
      const call = /^curl .*$/m.exec(greeting)?.[0] ?? '';
      const answer = execFileSync('bash', ['-c', call], { encoding: 'utf8' });
      expect(JSON.parse(answer)).toMatchObject({ items: [], nextCursor: null });
    }
    expect(await program.end('SIGTERM')).toBe(0);
  }, 60_000);

  it('does not show the password again, and names its file', async () => {
    const { program, greeting, url } = await up();
    expect(greeting).not.toContain(keptPassword());
    expect(greeting).toContain(`Password: in ${join(dataDir, 'demo-password')}`);
    expect(await login(url, 'user@example.com', keptPassword())).toBe(200);
    expect(await program.end('SIGINT')).toBe(0);
  }, 60_000);

  it('sets the password of the demo accounts to DEMO_PASSWORD', async () => {
    const DEMO_PASSWORD = "it's a $imple one for `demos`";
    const first = await up({ DEMO_PASSWORD });
    expect(await login(first.url, 'verifier@example.com', DEMO_PASSWORD)).toBe(200);
    expect(await first.program.end('SIGTERM')).toBe(0);
    const second = await up();
    expect(await login(second.url, 'verifier@example.com', DEMO_PASSWORD)).toBe(200);
  }, 60_000);

  it('shares one PostgreSQL between copies, each with its own API port', async () => {
    const [one, two] = await Promise.all([up({ PORT: '' }), up({ PORT: '' })]);
    expect(one.url).not.toBe(two.url);
    expect(await one.program.end('SIGTERM')).toBe(0);
    expect((await fetch(`${two.url}/health/ready`)).status).toBe(200);
  }, 60_000);

  it('refuses a configured port that is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    const { exitCode, errors } = await run(['up'], { PORT: String(port) }).finish();
    squatter.close();
    expect({ exitCode, errors }).toEqual({
      exitCode: 1,
      errors: expect.stringContaining(`PORT ${port} is in use`),
    });
  }, 60_000);

  it('ends the API when it is killed, and the next start continues with the same data', async () => {
    const { program, url } = await up();
    await program.end('SIGKILL');
    expect(await isGone(`${url}/health/live`)).toBe(true);
    const next = await up();
    expect(await login(next.url, 'user@example.com', keptPassword())).toBe(200);
  }, 60_000);

  it('refuses to generate required settings in production', async () => {
    const { exitCode, errors, output } = await run(['up'], { NODE_ENV: 'production' }).finish();
    expect(exitCode).toBe(78);
    expect(errors).toContain('DATABASE_URL is required');
    expect(errors).toContain('JWT_PRIVATE_KEY is required');
    expect(output).toBe('');
  }, 60_000);

  it('refuses in one line a data folder that cannot be created', async () => {
    const { exitCode, errors } = await run(['up'], { DATA_DIR: '/proc/veritrail/data' }).finish();
    expect(exitCode).toBe(1);
    expect(errors).toMatch(
      /^veritrail: The data folder \/proc\/veritrail cannot be created .* different DATA_DIR\.\n$/,
    );
  }, 60_000);

  it('refuses a weak DEMO_PASSWORD on an address that others can reach', async () => {
    const { exitCode, errors } = await run(['up'], { DEMO_PASSWORD: 'simple', HOST: '0.0.0.0' }).finish();
    expect({ exitCode, errors }).toEqual({ exitCode: 1, errors: expect.stringContaining('easy to guess') });
  }, 60_000);

  it('lets an operator create an account whose owner chooses the password, and records it', async () => {
    const { url } = await up();
    const person = ['--email', 'boss@example.org', '--name', 'The Boss', '--role', 'user_manager', 'auditor'];
    const { output, exitCode } = await run(['create-user', ...person]).finish();
    expect(exitCode).toBe(0);
    const token = /vti_\S+/.exec(output)?.[0];
    const chosen = 'seven slow herons wade at dusk';
    const accepted = await fetch(`${url}/v1/auth/invitations/accept`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, password: chosen }),
    });
    expect(accepted.status).toBe(204);
    expect(await login(url, 'boss@example.org', chosen)).toBe(200);
    const again = await run(['create-user', ...person]).finish();
    expect(again).toMatchObject({ exitCode: 1, errors: expect.stringContaining('Another account') });
    const wrong = await run(['create-user', '--email', 'x', '--name', 'X', '--role', 'king']).finish();
    expect(wrong.exitCode).toBe(1);
    expect(wrong.errors).toContain('--email must be an e-mail address; --role must contain only user,');
    const invited = await run(['invite-user', '--email', 'boss@example.org']).finish();
    expect(invited).toMatchObject({ exitCode: 0, output: expect.stringContaining('vti_') });
    expect(await operatorEntries()).toEqual([
      { action: 'user.created', outcome: 'succeeded' },
      { action: 'user.invited', outcome: 'succeeded' },
      { action: 'user.invited', outcome: 'succeeded' },
    ]);
  }, 120_000);
});
