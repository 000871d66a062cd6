import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { databaseOptions, translateDatabaseError, UnitOfWork } from '#libs/postgres';
import { edgeConfiguration } from '../support/edge.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

describe('lookups, which share connections', () => {
  let database: TestDatabase;
  const sources: DataSource[] = [];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
  });

  afterAll(async () => {
    await Promise.all(sources.map((source) => source.destroy()));
    await database.drop();
  });

  const onPoolOf = async (size: number): Promise<UnitOfWork> => {
    const options = databaseOptions(
      edgeConfiguration(database.url, { DATABASE_POOL_SIZE: String(size) }),
      'shared-reads',
    );
    const source = new DataSource(options);
    sources.push(source);
    await source.initialize();
    return new UnitOfWork(source);
  };

  const pidOf = async (uow: UnitOfWork): Promise<number> => {
    const [row] = await uow.lookUp<{ pid: number }>('SELECT pg_backend_pid() AS pid', []);
    return row?.pid ?? 0;
  };

  it('give everybody their own answer, over two connections', async () => {
    const uow = await onPoolOf(10);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        uow.lookUp<{ n: number; pid: number }>('SELECT $1::int AS n, pg_backend_pid() AS pid', [n]),
      ),
    );
    expect(answers.map(([row]) => row?.n)).toEqual(Array.from({ length: 200 }, (_, n) => n));
    expect(new Set(answers.map(([row]) => row?.pid)).size).toBe(2);
  });

  it('fail alone when their statement fails', async () => {
    const uow = await onPoolOf(10);
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => uow.lookUp('SELECT 1 / ($1::int % 2) AS one', [n])),
    );
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(10);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  });

  it('are temporarily unavailable when their connection breaks, and the next ones are not', async () => {
    const uow = await onPoolOf(1);
    const pid = await pidOf(uow);
    const lookups = [uow.lookUp('SELECT pg_sleep(30)', []), uow.lookUp('SELECT 1 AS one', [])];
    const admin = new Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query('SELECT pg_terminate_backend($1)', [pid]);
    await admin.end();
    const results = await Promise.allSettled(lookups);
    for (const result of results) {
      expect(translateDatabaseError((result as PromiseRejectedResult).reason)).toMatchObject({ status: 503 });
    }
    expect(await pidOf(uow)).toBeGreaterThan(0);
  });

  it('let a writer through however many of them there are', async () => {
    const uow = await onPoolOf(1);
    let written = false;
    const endless = async (): Promise<void> => {
      while (!written) await pidOf(uow);
    };
    const readers = Array.from({ length: 8 }, endless);
    await pidOf(uow);
    await uow.transact(() =>
      uow.write('INSERT INTO auth.rate_limits (key, points) VALUES ($1, 1)', ['through']),
    );
    written = true;
    await Promise.all(readers);
  });

  it('belong to the running transaction where there is one', async () => {
    const uow = await onPoolOf(2);
    await uow.transact(async () => {
      await uow.write('INSERT INTO auth.rate_limits (key, points) VALUES ($1, 1)', ['seen']);
      expect(await uow.lookUp('SELECT points FROM auth.rate_limits WHERE key = $1', ['seen'])).toEqual([
        { points: 1 },
      ]);
    });
  });

  it('give their connections back', async () => {
    const uow = await onPoolOf(1);
    const first = await pidOf(uow);
    await uow.transact(async () => void (await uow.lock('SELECT 1 AS one', [])));
    expect(await pidOf(uow)).toBe(first);
  });
});
