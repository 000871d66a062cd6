import { Logger } from '@nestjs/common';
import { type Client } from 'pg';
import { DataSource } from 'typeorm';
import { UnavailableError } from '#libs/kernel';
import { translateDatabaseError, UnitOfWork } from '#libs/postgres';
import { socketWithTimeout } from '../../libs/postgres/src/database.options.js';
import { useClient, useDatabase } from '../support/describe-api.js';
import { afterwards } from '../support/during-tests.js';

const ANSWER_TIMEOUT_MS = 1000;

/** Far beyond the longest wait of any test on a busy machine. */
const STUCK = 'SELECT pg_sleep(60)';
const LONG_BEFORE_MS = 30_000;

describe('a unit of work whose connection fails', () => {
  const database = useDatabase();
  const admin = useClient(() => database.adminUrl);
  let source: DataSource;
  let uow: UnitOfWork;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    await admin.query('CREATE TABLE public.notes (text text)');
    await admin.query('GRANT ALL ON public.notes TO veritrail_app');
    source = new DataSource({
      type: 'postgres',
      url: database.url,
      applicationName: 'unit-of-work',
      extra: {
        max: 2,
        pipeline: true,
        stream: () => socketWithTimeout(ANSWER_TIMEOUT_MS),
        onConnect: (client: Client) => void client.on('error', () => undefined),
      },
    });
    await source.initialize();
    uow = new UnitOfWork(source);
  });

  afterwards(() => source.destroy());

  const sessions = async (): Promise<number[]> => {
    const { rows } = await admin.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'unit-of-work'`,
    );
    return rows.map(({ pid }) => pid);
  };

  const notes = async (): Promise<number> => (await admin.query('SELECT FROM public.notes')).rowCount ?? -1;

  it('is temporarily unavailable when the session ends between two statements, and is rolled back', async () => {
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

  it('returns no connection to the pool whose rollback was not confirmed', async () => {
    const failure = await uow
      .transact(async () => (await uow.manager()).query(STUCK))
      .catch((error: unknown) => error);
    expect(translateDatabaseError(failure)).toBeInstanceOf(UnavailableError);
    // The statement still runs: the next user of this connection would wait for it and fail as well.
    const begun = performance.now();
    await uow.transact(async () => (await uow.manager()).query('SELECT 1'));
    expect(performance.now() - begun).toBeLessThan(LONG_BEFORE_MS);
  });

  it('fails when a response takes too long, inside a transaction and outside', async () => {
    const begun = performance.now();
    const failures = await Promise.allSettled([
      uow.read(STUCK, []),
      uow.transact(() => uow.write(STUCK, [])),
    ]);
    expect(performance.now() - begun).toBeLessThan(LONG_BEFORE_MS);
    for (const failure of failures) {
      const error: unknown = failure.status === 'rejected' ? failure.reason : null;
      expect(translateDatabaseError(error)).toBeInstanceOf(UnavailableError);
    }
  });
});
