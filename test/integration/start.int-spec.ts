import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import { describeStartFailure } from '#libs/process';
import { runMigrations } from '#migrations';
import { createApp } from '../../apps/api/src/app.configure.js';
import { useDatabase } from '../support/describe-api.js';
import { afterwards } from '../support/during-tests.js';
import { edgeConfiguration } from '../support/edge.js';

let dataDir: string;

const database = useDatabase({ empty: true });

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'veritrail-start-'));
});

afterwards(async () => {
  rmSync(dataDir, { recursive: true, force: true });
});

const changed = (change: (url: URL) => void): string => {
  const url = new URL(database.url);
  change(url);
  return url.href;
};

async function launch(url: string, variables: Record<string, string> = {}): Promise<NestFastifyApplication> {
  return createApp(edgeConfiguration(url, { DATA_DIR: dataDir, ...variables }));
}

describe('a start that fails', () => {
  it.each<[string, () => string, Record<string, string>, RegExp]>([
    [
      'the password is wrong',
      () => changed((url) => (url.password = 'not-the-password')),
      {},
      /^The database at 127\.0\.0\.1:\d+ rejects the password of user \S+\. If its volume comes from an earlier installation, it still has the earlier password: use that password/,
    ],
    [
      'the user is unknown',
      () => changed((url) => (url.username = 'nobody_here')),
      {},
      /^The database at 127\.0\.0\.1:\d+ (has no user|rejects the password of user) nobody_here/,
    ],
    [
      'the database is missing',
      () => changed((url) => (url.pathname = '/not_there')),
      {},
      /^The database at 127\.0\.0\.1:\d+ has no database not_there\./,
    ],
    [
      'nothing listens there',
      () => changed((url) => (url.port = '1')),
      {},
      /^The database at 127\.0\.0\.1:1 cannot be reached: the connection was refused\./,
    ],
    [
      'the name of the host is unknown',
      () => changed((url) => (url.hostname = 'no-such-host.invalid')),
      {},
      /^The database at no-such-host\.invalid:\d+ cannot be reached: the host name no-such-host\.invalid cannot be resolved\./,
    ],
    [
      'the role is missing',
      () => database.url,
      { DATABASE_ROLE: 'no_such_role' },
      /^The database at 127\.0\.0\.1:\d+ does not allow user \S+ to use the role no_such_role \(DATABASE_ROLE\)/,
    ],
  ])('is explained when %s', async (_, url, variables, words) => {
    const configuration = edgeConfiguration(url(), variables);
    const error: unknown = await launch(url(), variables).catch((failure: unknown) => failure);
    const { text, exitCode, understood } = describeStartFailure(error, configuration);
    expect(text).toMatch(words);
    expect(text).not.toContain(new URL(url()).password);
    expect({ exitCode, understood }).toEqual({ exitCode: 1, understood: true });
  });

  it('is explained when the address or the port is not available', async () => {
    const configuration = edgeConfiguration(database.url, { HOST: '192.0.2.1', PORT: '80' });
    const explain = (code: string) =>
      describeStartFailure(Object.assign(new Error(code), { code, syscall: 'listen' }), configuration).text;
    expect(explain('EADDRINUSE')).toMatch(/^Another program is using port 80 on 192\.0\.2\.1\./);
    expect(explain('EADDRNOTAVAIL')).toBe('This machine has no address 192.0.2.1 (HOST).');
    expect(explain('EACCES')).toMatch(/^The operating system user may not listen on port 80\./);
  });
});

describe('a start before the migrations', () => {
  it('is alive but not ready, and becomes ready when they have run', async () => {
    const app = await launch(database.url);
    const get = (probe: string) => request(app.getHttpServer()).get(`/health/${probe}`);
    try {
      expect((await get('live')).status).toBe(200);
      const before = await get('ready');
      expect(before.body).toMatchObject({
        code: 'NOT_READY',
        status: 503,
        checks: { serving: 'up', database: 'up', storage: 'down', migrations: 'down', log: 'up' },
      });
      expect(before.headers['retry-after']).toBe('1');
      expect((await get('startup')).status).toBe(503);
      await runMigrations(database.ownerUrl);
      expect((await get('ready')).body).toEqual({
        status: 'ok',
        checks: { serving: 'up', database: 'up', storage: 'up', migrations: 'up', log: 'up' },
      });
      expect((await get('startup')).status).toBe(200);
    } finally {
      await app.close();
    }
  });
});
