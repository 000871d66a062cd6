import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '#libs/kernel';
import { poolOf, StatementNames, translateDatabaseError, UnitOfWork } from '#libs/postgres';
import { withClient } from '../support/catalogue.js';
import { duringTests } from '../support/during-tests.js';
import { OpenUnitOfWork } from '../support/open-unit-of-work.js';

const unit = duringTests(() =>
  OpenUnitOfWork.open(({ adminUrl, name }) =>
    withClient(adminUrl, (admin) =>
      admin.query(`ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable'`),
    ),
  ),
);

let uow: UnitOfWork;
let kept: OpenUnitOfWork['kept'];
let outcome: OpenUnitOfWork['outcome'];

beforeAll(async () => {
  ({ uow, kept, outcome } = unit);
  await withClient(unit.database.ownerUrl, async (owner) => {
    await owner.query('CREATE TABLE public.numbers (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)');
    await owner.query('GRANT SELECT, INSERT ON public.numbers TO veritrail_app');
  });
});

const PUT = 'INSERT INTO auth.rate_limits (key, points) VALUES ($1, $2)';

/** A value without a JSON representation. */
function endless(): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  value['itself'] = value;
  return value;
}

describe('a transaction', () => {
  it('is READ COMMITTED, whatever the default of the database is', async () => {
    await uow.transact(() =>
      uow.write(`INSERT INTO auth.rate_limits SELECT current_setting('transaction_isolation'), 1`, []),
    );
    expect(await kept('read committed')).toBe(true);
  });

  it('includes statements that TypeORM sends after a write, also through an older manager', async () => {
    await uow.transact(async () => {
      const manager = await uow.manager();
      await uow.write(PUT, ['in order', 1]);
      const rows = await manager.query<unknown[]>('SELECT 1 FROM auth.rate_limits WHERE key = $1', [
        'in order',
      ]);
      expect(rows).toHaveLength(1);
    });
    expect(await kept('in order')).toBe(true);
  });

  it('is the same for statements that are awaited concurrently', async () => {
    const where = 'SELECT pg_current_xact_id() AS id, points FROM auth.rate_limits WHERE key = $1';
    await uow.transact(async () => {
      await uow.write(PUT, ['at once', 7]);
      const reads = await Promise.all([1, 2, 3].map(() => uow.lock(where, ['at once'])));
      expect(new Set(reads.flat().map((row) => JSON.stringify(row))).size).toBe(1);
      expect(reads.flat()).toHaveLength(3);
    });
  });

  it('writes nothing before PostgreSQL has confirmed BEGIN', async () => {
    const pool = poolOf(unit.source) as unknown as { once: Function };
    pool.once('acquire', (client: { query: Function }) => {
      const query = client.query.bind(client);
      // BEGIN fails and the connection keeps working: without the check, each statement would commit alone.
      Object.assign(client, {
        query: ({ text, ...rest }: { text: string }, ...more: unknown[]) => {
          delete (client as Partial<typeof client>).query;
          return query({ ...rest, text: text.replace('READ COMMITTED', 'SOMEHOW') }, ...more);
        },
      });
    });
    const { error, events } = await outcome(() => uow.write(PUT, ['without begin', 1]));
    expect(error).toMatchObject({ code: '42601' });
    expect(events).toEqual(['rolled back']);
    expect(await kept('without begin')).toBe(false);
  });
});

describe('a failed statement', () => {
  it('rolls back the transaction, and leaves connections that can repeat it', async () => {
    const put = async (run: number, points: number | null): Promise<void> => {
      await uow.write(`/* before */ ${PUT}`, [`before-${run}`, 1]);
      await uow.write(`/* refused */ ${PUT}`, [`refused-${run}`, points]);
      await uow.write(`/* behind */ ${PUT}`, [`behind-${run}`, 1]);
    };
    const all = (run: number) => Promise.all([`before-${run}`, `refused-${run}`, `behind-${run}`].map(kept));
    const refused = await outcome(() => put(0, null));
    expect(refused).toEqual({ error: expect.objectContaining({ code: '23502' }), events: ['rolled back'] });
    expect(await all(0)).toEqual([false, false, false]);
    // On both connections of the pool, one of which had the failure.
    const runs = await Promise.all([1, 2].map((run) => outcome(() => put(run, 1))));
    expect(runs.map(({ error, events }) => ({ error, events }))).toEqual(
      [1, 2].map(() => ({ error: null, events: ['committed'] })),
    );
    expect([...(await all(1)), ...(await all(2))]).toEqual(Array.from({ length: 6 }, () => true));
  });

  it('of a write is thrown by the next awaited statement, with the error of the write', async () => {
    const { error } = await outcome(async () => {
      await uow.write(PUT, ['in words', null], (cause) => new Error('in plain words', { cause }));
      await uow.lock('SELECT 1 AS one', []);
    });
    expect(error).toMatchObject({ message: 'in plain words', cause: { code: '23502' } });
  });

  it('that the work ignores fails the commit with its error', async () => {
    const { error, events } = await outcome(async () => {
      await uow.write(PUT, ['overlooked', 1]);
      await uow.lock('SELECT 1 / 0 AS never', []).catch(() => undefined);
    });
    expect(error).toMatchObject({ code: '22012' });
    expect(events).toEqual(['rolled back']);
    expect(await kept('overlooked')).toBe(false);
  });

  it('that the driver cannot send rolls back the transaction', async () => {
    const { error, events } = await outcome(async () => {
      await uow.write(PUT, ['before the value', 1]);
      await uow.write(PUT, [endless(), 1]);
    });
    expect(error).toBeInstanceOf(TypeError);
    expect(translateDatabaseError(error)).toBeNull();
    expect(events).toEqual(['rolled back']);
    expect(await kept('before the value')).toBe(false);
    const afterwards = await Promise.all(
      [1, 2, 3].map((n) => outcome(() => uow.write(PUT, [`after the value ${n}`, 1]))),
    );
    expect(afterwards.map(({ events: told }) => told)).toEqual([1, 2, 3].map(() => ['committed']));
  });

  it('that the driver cannot send as the first statement fails the unit', async () => {
    let answered: Array<PromiseSettledResult<unknown>> = [];
    const { events } = await outcome(async () => {
      answered = await Promise.allSettled([
        uow.lock('SELECT $1::jsonb AS value', [endless()]),
        uow.lock('SELECT 1 AS one', []),
      ]);
    });
    expect(answered.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(events).toEqual(['rolled back']);
  });

  it('may be reported by the commit, from a deferred constraint', async () => {
    const insert = 'INSERT INTO public.numbers VALUES ($1)';
    const { error, events } = await outcome(async () => {
      await uow.write(insert, [1]);
      await uow.write(insert, [1]);
      await uow.write(PUT, ['demanded', 1]);
    });
    expect(error).toMatchObject({ code: '23505' });
    expect(events).toEqual(['rolled back']);
    expect(await kept('demanded')).toBe(false);
  });

  it('is temporary when a statement times out', async () => {
    const { error, events } = await outcome(async () => {
      await uow.write(PUT, ['too slow', 1]);
      await uow.write(`SELECT set_config('statement_timeout', '50', true)`, []);
      await uow.write('SELECT pg_sleep(30)', []);
    });
    expect(error).toMatchObject({ code: '57014' });
    expect(translateDatabaseError(error)).toBeInstanceOf(UnavailableError);
    expect(events).toEqual(['rolled back']);
    expect(await kept('too slow')).toBe(false);
  });

  it('is temporary in a deadlock, and one of the two units commits', async () => {
    await uow.transact(async () => {
      await uow.write(PUT, ['left', 1]);
      await uow.write(PUT, ['right', 1]);
    });
    const LOCK = 'SELECT 1 FROM auth.rate_limits WHERE key = $1 FOR UPDATE';
    const RAISE = 'UPDATE auth.rate_limits SET points = points + 1 WHERE key = $1';
    let arrived = 0;
    let both = (): void => undefined;
    const together = new Promise<void>((resolve) => (both = resolve));
    const cross = async (first: string, second: string) =>
      outcome(async () => {
        await uow.lock(LOCK, [first]);
        arrived += 1;
        if (arrived === 2) both();
        await together;
        await uow.write(RAISE, [second]);
      });
    const units = await Promise.all([cross('left', 'right'), cross('right', 'left')]);
    expect(units.map(({ events }) => events.join()).sort()).toEqual(['committed', 'rolled back']);
    const refused = units.find(({ error }) => error !== null);
    expect(refused?.error).toMatchObject({ code: '40P01' });
    expect(translateDatabaseError(refused?.error)).toBeInstanceOf(UnavailableError);
  });
});

describe('a connection that is lost during the commit', () => {
  it('leaves the outcome unknown', async () => {
    const { error, events } = await outcome(async () => {
      await uow.write(PUT, ['alone', 1]);
      await uow.write('SELECT pg_sleep(30)', []);
      setTimeout(() => void endSleeper(), 100);
    });
    expect(translateDatabaseError(error)).toBeInstanceOf(UnavailableError);
    expect(events).toEqual([]);
    expect(await kept('alone')).toBe(false);
  });

  it('is not used again', async () => {
    const { error, events } = await outcome(async () => {
      const [row] = await uow.lock<{ pid: number }>('SELECT pg_backend_pid() AS pid', []);
      await uow.write(PUT, ['lost', 1]);
      await uow.write('SELECT pg_sleep(30)', []);
      await uow.write(PUT, ['lost too', 1]);
      setTimeout(() => void unit.terminate(row?.pid ?? 0), 100);
    });
    expect(translateDatabaseError(error)).toBeInstanceOf(UnavailableError);
    expect(events).toEqual([]);
    expect([await kept('lost'), await kept('lost too')]).toEqual([false, false]);
    for (const key of ['next-1', 'next-2', 'next-3'])
      expect((await outcome(() => uow.write(PUT, [key, 1]))).error).toBeNull();
  });
});

/** Terminates the session that sleeps, once there is one. */
async function endSleeper(): Promise<void> {
  await withClient(unit.database.adminUrl, async (admin) => {
    const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event = 'PgSleep'`;
    while ((await admin.query(end)).rowCount === 0) await sleep(10);
  });
}

describe('without named statements, for poolers that do not support them', () => {
  const other = duringTests(() => OpenUnitOfWork.open());

  it('the results are the same, and PostgreSQL prepares nothing', async () => {
    const nameless = new UnitOfWork(other.source, new StatementNames(false));
    for (const key of ['nameless-1', 'nameless-2']) {
      expect((await other.outcome(() => nameless.write(PUT, [key, 1]), nameless)).events).toEqual([
        'committed',
      ]);
      expect(await other.kept(key)).toBe(true);
    }
    const refused = await other.outcome(() => nameless.write(PUT, ['nameless-3', null]), nameless);
    expect(refused).toEqual({ error: expect.objectContaining({ code: '23502' }), events: ['rolled back'] });
    await nameless.transact(async () => {
      expect(await nameless.lock('SELECT name FROM pg_prepared_statements', [])).toEqual([]);
    });
  });
});
