import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { UnavailableError } from '#libs/kernel';
import { translateDatabaseError, UnitOfWork } from '#libs/postgres';
import { demandAnswers } from '../../libs/postgres/src/answer-watch.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const ANSWER_TIMEOUT_MS = 1000;
const LOOK_MS = 20;

/** Each is answered in time; six of them one after the other are not. */
const SLOW = 'SELECT pg_backend_pid() AS pid, pg_sleep(0.3)';
/** Far beyond what anybody here waits for on a busy machine. */
const STUCK = 'SELECT pg_sleep(60)';
const LONG_BEFORE_MS = 30_000;

describe('a unit of work whose connection fails', () => {
  let database: TestDatabase;
  let admin: Client;
  let source: DataSource;
  let uow: UnitOfWork;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
    admin = new Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query('CREATE TABLE public.notes (text text)');
    await admin.query('GRANT ALL ON public.notes TO veritrail_app');
    source = new DataSource({
      type: 'postgres',
      url: database.url,
      applicationName: 'unit-of-work',
      extra: {
        max: 2,
        pipeline: true,
        onConnect: (client: Client) => {
          client.on('error', () => undefined);
          demandAnswers(client, ANSWER_TIMEOUT_MS, LOOK_MS);
        },
      },
    });
    await source.initialize();
    uow = new UnitOfWork(source);
  });

  afterAll(async () => {
    await source.destroy();
    await admin.end();
    await database.drop();
  });

  const sessions = async (): Promise<number[]> => {
    const { rows } = await admin.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'unit-of-work'`,
    );
    return rows.map(({ pid }) => pid);
  };

  const notes = async (): Promise<number> => (await admin.query('SELECT FROM public.notes')).rowCount ?? -1;

  it('is temporarily unavailable when the session ends between two statements, and leaves nothing', async () => {
    const failure = await uow
      .transact(async () => {
        const manager = await uow.manager();
        await manager.query(`INSERT INTO public.notes VALUES ('lost')`);
        await admin.query(`SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid`, [
          await sessions(),
        ]);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await manager.query(`INSERT INTO public.notes VALUES ('never')`);
      })
      .catch((error: unknown) => error);
    expect(translateDatabaseError(failure)).toBeInstanceOf(UnavailableError);
    expect(await notes()).toBe(0);
    await uow.transact(
      async () => void (await (await uow.manager()).query(`INSERT INTO public.notes VALUES ('kept')`)),
    );
    expect(await notes()).toBe(1);
  });

  it('gives no connection back to others whose rollback was not answered', async () => {
    const failure = await uow
      .transact(async () => (await uow.manager()).query(STUCK))
      .catch((error: unknown) => error);
    expect(translateDatabaseError(failure)).toBeInstanceOf(UnavailableError);
    // The statement still runs: whoever got this connection now would wait for it and fail as well.
    const begun = performance.now();
    await uow.transact(async () => (await uow.manager()).query('SELECT 1'));
    expect(performance.now() - begun).toBeLessThan(LONG_BEFORE_MS);
  });

  it('is not given up while answers keep coming, and not after a rest', async () => {
    await new Promise((resolve) => setTimeout(resolve, 2 * ANSWER_TIMEOUT_MS));
    const slow = Array.from({ length: 12 }, () => uow.lookUp<{ pid: number }>(SLOW, []));
    const pids = (await Promise.all(slow)).map(([row]) => row?.pid);
    expect(await sessions()).toEqual(expect.arrayContaining([...new Set(pids)]));
  });

  it('fails everybody who waits when the connection owes an answer for too long', async () => {
    const begun = performance.now();
    const stuck = [STUCK, SLOW, SLOW].map((text) => uow.lookUp(text, []));
    const failures = await Promise.allSettled(stuck);
    expect(performance.now() - begun).toBeLessThan(LONG_BEFORE_MS);
    const [first] = failures;
    expect(first?.status).toBe('rejected');
    const error: unknown = first?.status === 'rejected' ? first.reason : null;
    expect(translateDatabaseError(error)).toBeInstanceOf(UnavailableError);
  });
});
