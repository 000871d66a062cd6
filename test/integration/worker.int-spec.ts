import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Configuration } from '#libs/config';
import { WorkerProcessModule } from '../../apps/worker/src/worker-process.module.js';
import { useClient, useDatabase } from '../support/describe-api.js';
import { edgeConfiguration } from '../support/edge.js';
import { createTestDatabase } from '../support/postgres.js';

const IN_TIME_MS = 10_000;

describe('the worker', () => {
  const workers: INestApplicationContext[] = [];

  const database = useDatabase();
  const admin = useClient(() => database.adminUrl);

  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
  });

  const configuration = (): Configuration => {
    return edgeConfiguration(database.url);
  };

  const start = async (): Promise<INestApplicationContext> => {
    const worker = await NestFactory.createApplicationContext(
      WorkerProcessModule.forProcess(configuration()),
      { logger: false, abortOnError: false },
    );
    workers.push(worker);
    return worker;
  };

  const endedSession = async (): Promise<string> => {
    const id = randomUUID();
    await admin.query(
      `INSERT INTO auth.sessions (id, user_id, created_at, last_used_at, expires_at, ip)
       VALUES ($1, $2, now() - interval '40 days', now() - interval '40 days', now() - interval '10 days', '127.0.0.1')`,
      [id, randomUUID()],
    );
    return id;
  };

  const isGone = async (id: string): Promise<boolean> => {
    const deadline = performance.now() + IN_TIME_MS;
    while (performance.now() < deadline) {
      const { rowCount } = await admin.query('SELECT FROM auth.sessions WHERE id = $1', [id]);
      if (rowCount === 0) return true;
      await sleep(50);
    }
    return false;
  };

  it('runs its jobs as soon as it starts', async () => {
    const session = await endedSession();
    await start();
    expect(await isGone(session)).toBe(true);
  });

  it('leaves its jobs to another replica when it stops', async () => {
    const leader = await start();
    await start();
    await leader.close();
    workers.shift();
    const session = await endedSession();
    await start();
    expect(await isGone(session)).toBe(true);
  });

  it('starts while the database has no schema yet, and stops cleanly', async () => {
    const empty = await createTestDatabase({ empty: true });
    const worker = await NestFactory.createApplicationContext(
      WorkerProcessModule.forProcess({
        ...configuration(),
        database: { ...configuration().database, url: empty.url },
      }),
      { logger: false, abortOnError: false },
    );
    await sleep(300);
    await worker.close();
    await empty.drop();
  });
});
