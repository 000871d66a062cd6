import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Client } from 'pg';
import request from 'supertest';
import { UnitOfWork } from '#libs/postgres';
import { createApp } from '../../apps/api/src/app.configure.js';
import { useDatabase } from '../support/describe-api.js';
import { afterwards } from '../support/during-tests.js';
import { edgeConfiguration } from '../support/edge.js';

let dataDir: string;
let app: NestFastifyApplication;

const database = useDatabase();

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'veritrail-ready-'));
  app = await createApp(
    edgeConfiguration(database.url, { DATA_DIR: dataDir, DATABASE_POOL_SIZE: '2', MIN_FREE_BYTES: '0' }),
  );
});

afterwards(async () => {
  await app?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const ready = () => request(app.getHttpServer()).get('/health/ready');

async function asAdmin<T>(work: (admin: Client) => Promise<T>): Promise<T> {
  const admin = new Client({
    connectionString: Object.assign(new URL(database.adminUrl), { pathname: '/postgres' }).href,
  });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

describe('readiness', () => {
  it('is not lost while the pool is exhausted', async () => {
    const uow = app.get(UnitOfWork);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const hogs = [1, 2].map(() =>
      uow.transact(async () => {
        await (await uow.manager()).query('SELECT 1');
        await held;
      }),
    );
    const answer = await ready();
    release();
    await Promise.all(hogs);
    expect(answer.status).toBe(200);
  });

  it('is lost with the storage and returns with it', async () => {
    renameSync(join(dataDir, 'blobs'), join(dataDir, 'elsewhere'));
    expect((await ready()).body).toMatchObject({ status: 503, checks: { database: 'up', storage: 'down' } });
    renameSync(join(dataDir, 'elsewhere'), join(dataDir, 'blobs'));
    expect((await ready()).status).toBe(200);
  });

  it('is lost with the database, reveals no cause, and returns with it', async () => {
    await asAdmin(async (admin) => {
      await admin.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS false`);
      await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
        database.name,
      ]);
    });
    const begun = performance.now();
    const lost = await ready();
    expect(performance.now() - begun).toBeLessThan(8000);
    expect(lost.body).toMatchObject({
      status: 503,
      code: 'NOT_READY',
      checks: { serving: 'up', database: 'down', migrations: 'down' },
    });
    expect(lost.text).not.toMatch(/ECONN|connect|postgres|password|127\.0\.0\.1|FATAL/i);
    expect((await request(app.getHttpServer()).get('/health/live')).status).toBe(200);
    const refused = await request(app.getHttpServer())
      .post('/v1/auth/login')
      .send({ email: 'a@example.com', password: 'x' });
    expect(refused.body).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(refused.headers['retry-after']).toBe('1');
    await asAdmin((admin) => admin.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS true`));
    expect((await ready()).status).toBe(200);
  });

  it('runs one check for all concurrent requests', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, ready));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const probes = await asAdmin(async (admin) =>
      admin.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND application_name = 'veritrail-health'`,
        [database.name],
      ),
    );
    expect(probes.rowCount).toBe(1);
  });
});
