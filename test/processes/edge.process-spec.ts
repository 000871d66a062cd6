import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { newSigningKey } from '../support/app.js';
import { ApiProcess } from '../support/api-process.js';
import { useDatabase } from '../support/describe-api.js';
import { afterwards } from '../support/during-tests.js';
import { open } from '../support/raw-http.js';

let dataDir: string;
let variables: Record<string, string>;
const running: ApiProcess[] = [];

const database = useDatabase();

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'veritrail-process-'));
  variables = {
    NODE_ENV: 'test',
    PORT: '0',
    LOG_FORMAT: 'json',
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    MIN_FREE_BYTES: '0',
    JWT_PRIVATE_KEY: newSigningKey(),
  };
});

afterwards(async () => {
  await Promise.all(running.map((api) => api.end()));
  rmSync(dataDir, { recursive: true, force: true });
});

const start = (more: Readonly<Record<string, string>> = {}): ApiProcess => {
  const api = ApiProcess.start({ ...variables, ...more });
  running.push(api);
  return api;
};

describe('a start that fails', () => {
  it('reports the cause in one line, without a stack or a secret, and exits 1', async () => {
    const url = new URL(database.url);
    const { password } = url;
    url.password = 'not-the-password';
    const api = start({ DATABASE_URL: url.href });
    expect(await api.exitCode()).toBe(1);
    expect(api.errors).toMatch(/^The database at 127\.0\.0\.1:\d+ rejects the password of user /);
    expect(api.errors.trim().split('\n')).toHaveLength(1);
    expect(api.errors + api.log).not.toMatch(new RegExp(`${password}|not-the-password`));
  });

  it('reports that the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const api = start({ PORT: String(port) });
    expect(await api.exitCode()).toBe(1);
    expect(api.errors).toBe(
      `Another program is using port ${port} on 127.0.0.1. Stop that program, or set PORT to a free port.\n`,
    );
    other.close();
  });

  it('names every invalid variable with its allowed values, and exits 78', async () => {
    const api = start({ PORT: 'seventy', LOG_LEVEL: 'loud', SWAGGER_UI: 'maybe', JWT_PRIVATE_KEY: '' });
    expect(await api.exitCode()).toBe(78);
    expect(api.errors).toContain('PORT must be a whole number from 0 to 65535');
    expect(api.errors).toContain('LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent');
    expect(api.errors).toContain('SWAGGER_UI must be true or false');
    expect(api.errors).toContain('JWT_PRIVATE_KEY is required');
    expect(api.errors).not.toMatch(/^\s+at /m);
  });
});

describe('a process that receives SIGTERM', () => {
  it('first becomes not ready, finishes its requests, closes idle connections, and exits 0', async () => {
    const api = start({ SHUTDOWN_DRAIN_DELAY_MS: '1000' });
    const url = await api.ready();
    const silent = open(url);
    await once(silent, 'connect');
    const idle = open(url);
    idle.write('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(idle, 'data');
    const busy = open(url);
    let answer = '';
    busy.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    const body = '{"email":"a@example.com","password":"x"}';
    const head = ['POST /v1/auth/login HTTP/1.1', 'Host: a', 'Content-Type: application/json'];
    busy.write([...head, `Content-Length: ${body.length}`, '', body.slice(0, 5)].join('\r\n'));
    await sleep(100);
    const told = performance.now();
    api.child.kill('SIGTERM');
    await sleep(200);
    const draining = await request(url).get('/health/ready');
    expect(draining.body).toMatchObject({ code: 'NOT_READY', checks: { serving: 'down', database: 'up' } });
    expect(draining.headers['connection']).toBe('close');
    expect((await request(url).get('/health/live')).status).toBe(200);
    await sleep(1100);
    expect([silent.readyState, idle.readyState]).toEqual(['closed', 'closed']);
    await expect(request(url).get('/health/live')).rejects.toThrow(/ECONNREFUSED/);
    busy.write(body.slice(5));
    expect(await api.exitCode()).toBe(0);
    expect(performance.now() - told).toBeLessThan(5000);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(api.log).toContain('"msg":"Stopped"');
  }, 20_000);

  it('aborts requests that do not finish in time', async () => {
    const api = start({ SHUTDOWN_TIMEOUT_MS: '500' });
    const busy = open(await api.ready());
    busy.on('error', () => undefined);
    busy.write(
      'POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
    await sleep(100);
    const told = performance.now();
    api.child.kill('SIGTERM');
    expect(await api.exitCode()).toBe(0);
    expect(performance.now() - told).toBeLessThan(4000);
    expect(api.log).toContain('their connections are closed');
  }, 20_000);

  it('exits 1 at once on a second signal', async () => {
    const api = start({ SHUTDOWN_DRAIN_DELAY_MS: '20000' });
    await api.ready();
    api.child.kill('SIGTERM');
    await sleep(700);
    const again = performance.now();
    api.child.kill('SIGTERM');
    expect(await api.exitCode()).toBe(1);
    // Long before the grace period of twenty seconds.
    expect(performance.now() - again).toBeLessThan(10_000);
  }, 20_000);

  it('shuts down in the same way when its parent is gone', async () => {
    const api = start();
    await api.ready();
    api.child.disconnect();
    expect(await api.exitCode()).toBe(0);
    expect(api.log).toContain('the parent process has ended');
  }, 20_000);
});

describe('the log', () => {
  const CANARY = 'canary-7f3a9c51d2';
  const MEMBERS_OF_ACCESS_LINES = [
    'actorId',
    'code',
    'context',
    'ip',
    'level',
    'method',
    'milliseconds',
    'msg',
    'pid',
    'process',
    'requestId',
    'route',
    'status',
    'time',
  ];

  it('has one line of JSON for each request and event, with its id, and never a secret', async () => {
    const api = start({ LOG_LEVEL: 'trace' });
    const url = await api.ready();
    const failed = await request(url)
      .post(`/v1/auth/login?token=${CANARY}`)
      .set({ authorization: `Bearer ${CANARY}`, cookie: `session=${CANARY}`, 'x-request-id': `${CANARY}-id` })
      .send({ email: `${CANARY}@example.com`, password: CANARY });
    expect(failed.status).toBe(401);
    await request(url).get(`/v1/documents/${CANARY}`).set('authorization', `Bearer ${CANARY}`);
    await request(url).post('/v1/auth/refresh').send({ refreshToken: CANARY });
    await request(url).post('/v1/auth/invitations/accept').send({ token: CANARY, password: CANARY });
    await request(url).post('/v1/auth/login').set('content-type', 'application/json').send(`{"${CANARY}`);
    await request(url).get(`/${CANARY}`).set('user-agent', CANARY);
    await request(url).get(`/%ff${CANARY}`);
    api.child.kill('SIGTERM');
    await api.exitCode();
    expect(api.log + api.errors).not.toContain(CANARY);
    expect(api.log + api.errors).not.toContain(new URL(database.url).password);
    const lines = api.log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const own = lines.filter((line) => line['requestId'] === failed.headers['x-request-id']);
    expect(own.filter((line) => line['context'] === 'Access')).toEqual([
      expect.objectContaining({
        level: 'info',
        process: 'api',
        method: 'POST',
        route: '/v1/auth/login',
        status: 401,
        ip: '127.0.0.1',
        actorId: null,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown,
        milliseconds: expect.any(Number) as unknown,
      }),
    ]);
    const access = lines.filter((line) => line['context'] === 'Access');
    expect(access).toHaveLength(7);
    // These lines may have only members that are known to hold no secret.
    expect([...new Set(access.flatMap(Object.keys))].sort()).toEqual(MEMBERS_OF_ACCESS_LINES);
    // The test's PostgreSQL runs without fsync, against which the log warns.
    expect(api.log).toContain('PostgreSQL runs with fsync');
  }, 20_000);
});
