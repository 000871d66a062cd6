import { Client, Pool } from 'pg';
import { DataSource } from 'typeorm';
import { databaseOptions, poolOf, SharedConnection } from '#libs/postgres';
import { useDatabase } from '../support/describe-api.js';
import { afterwards } from '../support/during-tests.js';
import { edgeConfiguration } from '../support/edge.js';

let source: DataSource;
let pool: Pool;
let shared: SharedConnection;

const database = useDatabase();
const PROCESS = { text: 'SELECT pg_backend_pid() AS pid, pg_sleep(0.01)' };

beforeAll(async () => {
  const options = databaseOptions(edgeConfiguration(database.url), 'veritrail-test');
  source = await new DataSource(options).initialize();
  pool = poolOf(source);
  shared = new SharedConnection(() => pool);
});

afterwards(async () => {
  await source?.destroy();
});

const processOf = async (): Promise<number> => {
  const { rows } = await shared.query<{ pid: number }>(PROCESS);
  return rows[0]?.pid ?? 0;
};

async function endSession(pid: number): Promise<void> {
  const administrator = new Client({ connectionString: database.url });
  await administrator.connect();
  await administrator.query('SELECT pg_terminate_backend($1)', [pid]);
  await administrator.end();
}

describe('SharedConnection', () => {
  it('runs statements that overlap on one connection, and returns it after the last one', async () => {
    const running = Array.from({ length: 5 }, processOf);
    await running[0];
    expect([pool.totalCount, pool.idleCount]).toEqual([1, 0]);
    expect(new Set(await Promise.all(running)).size).toBe(1);
    expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]);
  });

  it('rejects only the statement that PostgreSQL refuses, and keeps the connection', async () => {
    const [before, refused, after] = await Promise.allSettled([
      processOf(),
      shared.query({ text: 'SELECT 1 / 0' }),
      processOf(),
    ]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: '22012' } });
    expect(before).toEqual(after);
    expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]);
  });

  it('drops a connection that is lost: its statements reject, later ones get a new connection', async () => {
    const lost = await processOf();
    const running = Promise.allSettled([shared.query({ text: 'SELECT pg_sleep(60)' }), processOf()]);
    await endSession(lost);
    const outcomes = await running;
    expect(outcomes).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    expect(await processOf()).not.toBe(lost);
    expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]);
  });

  it('rejects when no connection can be made, and tries again with the next statement', async () => {
    const unreachable = new Pool({ host: '127.0.0.1', port: 1, pipeline: true });
    let current = unreachable;
    const connection = new SharedConnection(() => current);
    const [first, second] = await Promise.allSettled([connection.query(PROCESS), connection.query(PROCESS)]);
    expect([first, second]).toMatchObject([
      { reason: { code: 'ECONNREFUSED' } },
      { reason: { code: 'ECONNREFUSED' } },
    ]);
    current = pool;
    expect((await connection.query(PROCESS)).rows).toHaveLength(1);
    await unreachable.end();
  });

  it('does not keep the pool from closing', async () => {
    const closing = new Pool({ connectionString: database.url, pipeline: true });
    const connection = new SharedConnection(() => closing);
    const [answer] = await Promise.all([connection.query(PROCESS), closing.end()]);
    expect(answer.rows).toHaveLength(1);
  });
});
