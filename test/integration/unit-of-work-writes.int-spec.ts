import { type DataSource } from 'typeorm';
import { RolledBackError, translateDatabaseError, type UnitOfWork } from '#libs/postgres';
import { duringTests } from '../support/during-tests.js';
import { OpenUnitOfWork } from '../support/open-unit-of-work.js';

let source: DataSource;
let uow: UnitOfWork;
let kept: OpenUnitOfWork['kept'];
let outcome: OpenUnitOfWork['outcome'];
let terminate: OpenUnitOfWork['terminate'];

const unit = duringTests(() => OpenUnitOfWork.open());

beforeAll(async () => {
  ({ source, uow, kept, outcome, terminate } = unit);
});

const PUT = 'INSERT INTO auth.rate_limits (key, points) VALUES ($1, $2)';

describe('a write that is not awaited', () => {
  it('is committed with the rest, in the order in which it was sent', async () => {
    const { error, events } = await outcome(async () => {
      await uow.write(PUT, ['first', 1]);
      await uow.write('UPDATE auth.rate_limits SET points = points + 1 WHERE key = $1', ['first']);
      const rows = await uow.read<{ points: number }>('SELECT points FROM auth.rate_limits WHERE key = $1', [
        'first',
      ]);
      expect(rows).toEqual([{ points: 2 }]);
      await uow.write(PUT, ['second', 1]);
    });
    expect(error).toBeNull();
    expect(events).toEqual(['committed']);
    expect([await kept('first'), await kept('second')]).toEqual([true, true]);
  });

  it('does not wait for a response, and the commit follows it at once', async () => {
    const slow = 'SELECT pg_sleep(0.2)';
    let sent = Infinity;
    const begun = performance.now();
    const { error } = await outcome(async () => {
      await uow.lock('SELECT 1', []);
      await uow.write(slow, []);
      await uow.write(slow, []);
      sent = performance.now() - begun;
    });
    expect(error).toBeNull();
    expect(sent).toBeLessThan(200);
    expect(performance.now() - begun).toBeGreaterThan(390);
  });

  it('fails the unit with its translated error when it is refused, and the unit is rolled back', async () => {
    const { error, events } = await outcome(async () => {
      await uow.write(PUT, ['before', 1]);
      await uow.write(PUT, ['refused', null], (cause) => new Error('in plain words', { cause }));
      await uow.write(PUT, ['after', 1]);
    });
    expect(error).toMatchObject({ message: 'in plain words', cause: { code: '23502' } });
    expect(events).toEqual(['rolled back']);
    expect([await kept('before'), await kept('refused'), await kept('after')]).toEqual([false, false, false]);
  });

  it('determines the error of the unit, rather than the failures that follow it', async () => {
    const { error, events } = await outcome(async () => {
      await uow.write(PUT, ['cause', null]);
      await (await uow.manager()).query('SELECT 1');
    });
    expect(error).toMatchObject({ code: '23502' });
    expect(events).toEqual(['rolled back']);
  });

  it('is rolled back when the work throws while it is being sent', async () => {
    const failure = new Error('no');
    const { error, events } = await outcome(async () => {
      await uow.write(PUT, ['on its way', 1]);
      throw failure;
    });
    expect(error).toBe(failure);
    expect(events).toEqual(['rolled back']);
    expect(await kept('on its way')).toBe(false);
  });

  it('has an unknown outcome when the connection breaks before the commit is confirmed', async () => {
    const { error, events } = await outcome(async () => {
      await uow.write(PUT, ['in doubt', 1]);
      const [row] = await uow.read<{ pid: number }>('SELECT pg_backend_pid() AS pid', []);
      await uow.write('SELECT pg_sleep(30)', []);
      setTimeout(() => void terminate(row?.pid ?? 0), 100);
    });
    expect(translateDatabaseError(error)).toMatchObject({ status: 503 });
    expect(events).toEqual([]);
    expect(await kept('in doubt')).toBe(false);
    expect((await outcome(() => uow.write(PUT, ['next', 1]))).error).toBeNull();
  });
});

describe('a unit of work', () => {
  it('does not report a commit when the database rolled back, even if the work ignored the error', async () => {
    const { error, events } = await outcome(async () => {
      await uow.write(PUT, ['overlooked', 1]);
      await (await uow.manager()).query('SELECT 1 / 0').catch(() => undefined);
    });
    expect(error).toBeInstanceOf(RolledBackError);
    expect(events).toEqual(['rolled back']);
    expect(await kept('overlooked')).toBe(false);
  });

  it('keeps the locks of its first statement', async () => {
    await source.query(PUT, ['locked', 1]);
    const LOCK = 'SELECT 1 FROM auth.rate_limits WHERE key = $1 FOR UPDATE';
    await uow.transact(async () => {
      await uow.lock(LOCK, ['locked']);
      const others = await uow.transact(() => uow.lock(`${LOCK} SKIP LOCKED`, ['locked']), {
        separate: true,
      });
      expect(others).toEqual([]);
    });
  });
});
