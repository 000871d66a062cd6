import { type DataSource } from 'typeorm';
import { type UnitOfWork } from '#libs/postgres';
import { duringTests } from '../support/during-tests.js';
import { OpenUnitOfWork } from '../support/open-unit-of-work.js';

let source: DataSource;
let uow: UnitOfWork;
let kept: OpenUnitOfWork['kept'];
let terminate: OpenUnitOfWork['terminate'];

const unit = duringTests(() => OpenUnitOfWork.open());

beforeAll(async () => {
  ({ source, uow, kept, terminate } = unit);
});

/** Inserts a row that the application may write and delete: a spent limit. */
const put = async (key: string) =>
  (await uow.manager()).query('INSERT INTO auth.rate_limits (key, points) VALUES ($1, 1)', [key]);

describe('a unit of work', () => {
  it('commits when its work resolves, and returns the result', async () => {
    const events: string[] = [];
    const result = await uow.transact(async () => {
      await put('kept-1');
      await put('kept-2');
      uow.afterCommit(async () => void events.push(`committed ${await kept('kept-1')}`));
      uow.afterRollback(() => void events.push('rolled back'));
      return 'done';
    });
    expect(result).toBe('done');
    expect([await kept('kept-1'), await kept('kept-2')]).toEqual([true, true]);
    expect(events).toEqual(['committed true']);
  });

  it('rolls back when its work throws, and rethrows the error', async () => {
    const events: string[] = [];
    const failure = new Error('no');
    const work = uow.transact(async () => {
      await put('lost');
      uow.afterCommit(() => void events.push('committed'));
      uow.afterRollback(async () => void events.push(`rolled back ${await kept('lost')}`));
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
    expect(await kept('lost')).toBe(false);
    expect(events).toEqual(['rolled back false']);
  });

  it('rolls back when its beforeCommit callback throws', async () => {
    const work = uow.transact(async () => {
      await put('unsealed');
      uow.beforeCommit(async () => {
        await (await uow.manager()).query('SELECT 1 / 0');
      });
    });
    await expect(work).rejects.toMatchObject({ driverError: { code: '22012' } });
    expect(await kept('unsealed')).toBe(false);
  });

  it('rolls back when the database refuses the commit', async () => {
    const work = uow.transact(async () => {
      await put('uncommitted');
      const manager = await uow.manager();
      const [{ pid } = { pid: 0 }] = await manager.query<Array<{ pid: number }>>(
        'SELECT pg_backend_pid() AS pid',
      );
      await terminate(pid);
    });
    await expect(work).rejects.toThrow();
    expect(await kept('uncommitted')).toBe(false);
    await uow.transact(() => put('afterwards'));
    expect(await kept('afterwards')).toBe(true);
  });

  it('reads its own writes, which other transactions do not see before the commit', async () => {
    await uow.transact(async () => {
      await put('mine');
      const seen = await uow.read("SELECT 1 FROM auth.rate_limits WHERE key = 'mine'", []);
      expect(seen).toHaveLength(1);
      expect(await kept('mine')).toBe(false);
    });
  });

  it('takes no connection before its first query', async () => {
    let release = (): void => undefined;
    const slow = new Promise<void>((resolve) => (release = resolve));
    // Ten clients that are still sending, with a pool of two.
    const waiting = Array.from({ length: 10 }, (_, index) =>
      uow.transact(async () => {
        await slow;
        await put(`slow-${index}`);
      }),
    );
    expect(await kept('slow-0')).toBe(false);
    release();
    await Promise.all(waiting);
    expect(await kept('slow-9')).toBe(true);
  });

  it('shares nothing with a concurrent unit of work', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        uow.transact(async () => {
          await put(`parallel-${index}`);
          if (index % 2 === 1) throw new Error('odd');
        }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    const rows = await source.query<unknown[]>("SELECT 1 FROM auth.rate_limits WHERE key LIKE 'parallel-%'");
    expect(rows).toHaveLength(10);
  });

  it('refuses a nested unit of work, which would not commit together with it', async () => {
    await expect(uow.transact(() => uow.transact(() => put('inner')))).rejects.toThrow('already running');
    expect(await kept('inner')).toBe(false);
  });

  it('allows an autonomous transaction to commit separately', async () => {
    const work = uow.transact(async () => {
      await put('outer');
      await uow.transact(() => put('beside'), { separate: true });
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect([await kept('outer'), await kept('beside')]).toEqual([false, true]);
  });

  it('keeps an autonomous transaction although it is rolled back itself', async () => {
    const text = 'INSERT INTO auth.rate_limits (key, points) VALUES ($1, 1)';
    const work = uow.transact(async () => {
      await put('rolled-back');
      expect(await uow.autonomous(text, ['autonomous'])).toMatchObject({ rowCount: 1 });
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect([await kept('rolled-back'), await kept('autonomous')]).toEqual([false, true]);
  });

  it('refuses a write after its end', async () => {
    let late: Promise<unknown> = Promise.resolve();
    await uow.transact(async () => {
      await put('in-time');
      late = new Promise((resolve) => setTimeout(resolve, 20)).then(() => put('late'));
      late.catch(() => undefined);
    });
    await expect(late).rejects.toThrow('No unit of work is running');
    expect(await kept('late')).toBe(false);
  });

  it('is required for every write', async () => {
    await expect(uow.manager()).rejects.toThrow('No unit of work is running');
    expect(() => uow.beforeCommit(async () => undefined)).toThrow('No unit of work is running');
  });

  it('stays committed when an afterCommit callback fails', async () => {
    await uow.transact(async () => {
      await put('solid');
      uow.afterCommit(() => Promise.reject(new Error('mail server')));
    });
    expect(await kept('solid')).toBe(true);
  });

  it('releases every connection', async () => {
    for (let index = 0; index < 10; index++) {
      await uow.transact(() => put('kept-1')).catch(() => undefined);
      await uow.transact(() => put(`given-back-${index}`));
    }
    expect(await kept('given-back-9')).toBe(true);
  });
});
