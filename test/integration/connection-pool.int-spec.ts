import { Pool, type PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { databaseOptions, poolOf } from '#libs/postgres';
import { useDatabase } from '../support/describe-api.js';
import { afterwards } from '../support/during-tests.js';
import { edgeConfiguration } from '../support/edge.js';

let source: DataSource;
let pool: Pool;

const database = useDatabase();

beforeAll(async () => {
  const configuration = edgeConfiguration(database.url, { DATABASE_POOL_SIZE: '1' });
  source = await new DataSource(databaseOptions(configuration, 'veritrail-test')).initialize();
  pool = poolOf(source);
});

afterwards(async () => {
  await source?.destroy();
});

/** Takes a connection and emits the loss of its session before any other listener can be attached. */
const takeAndLose = (): Promise<PoolClient> =>
  new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (error || !client) return reject(error ?? new Error('There is no connection'));
      try {
        client.emit('error', new Error('planted: the session was terminated'));
        resolve(client);
      } catch (unheard) {
        reject(unheard);
      }
    });
  });

describe('the pool behind TypeORM', () => {
  it('is found where only connection-pool.ts looks for it, and is the one that TypeORM uses', async () => {
    expect(pool).toBeInstanceOf(Pool);
    const runner = source.createQueryRunner();
    await runner.connect();
    expect([pool.totalCount, pool.idleCount, pool.waitingCount]).toEqual([1, 0, 0]);
    await runner.release();
    expect([pool.totalCount, pool.idleCount, pool.waitingCount]).toEqual([1, 1, 0]);
  });

  it('is missing while the data source is not connected', () => {
    expect(() => poolOf(new DataSource({ type: 'postgres', url: database.url }))).toThrow('not connected');
  });
});

describe('a connection of the pool', () => {
  it('may be lost at the moment of its checkout', async () => {
    (await takeAndLose()).release();
    // The connection that served the first query goes to the waiting client, in the middle of the response.
    const [, client] = await Promise.all([pool.query('SELECT 1'), takeAndLose()]);
    client.release(true);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});
