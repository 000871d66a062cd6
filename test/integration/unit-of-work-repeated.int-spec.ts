import { type AuditDraft, emptyDraft } from '#libs/kernel';
import { currentExecution, OutdatedReadError, type UnitOfWork } from '#libs/postgres';
import { duringTests } from '../support/during-tests.js';
import { OpenUnitOfWork } from '../support/open-unit-of-work.js';

let uow: UnitOfWork;
let kept: OpenUnitOfWork['kept'];

const unit = duringTests(() => OpenUnitOfWork.open());

beforeAll(async () => {
  ({ uow, kept } = unit);
});

const PUT = 'INSERT INTO auth.rate_limits (key, points) VALUES ($1, $2)';
const outdated = (cause: Error): Error => new OutdatedReadError('Somebody was faster', { cause });

/** A write that is refused, as one is that finds another revision. */
const tooLate = async (): Promise<void> => uow.write(PUT, ['too late', null], outdated);

describe('work that relies on what it read without a lock', () => {
  it('is done once when its write finds what was read', async () => {
    const relied: boolean[] = [];
    await uow.transact(async () => {
      relied.push(uow.mayRelyOnReads());
      await uow.write(PUT, ['once', 1]);
    });
    expect(relied).toEqual([true]);
    expect(await kept('once')).toBe(true);
  });

  it('is done again when it does not, in another transaction, and may not rely on reads then', async () => {
    const relied: boolean[] = [];
    const events: string[] = [];
    const result = await uow.transact(async () => {
      relied.push(uow.mayRelyOnReads());
      const attempt = relied.length;
      await uow.lock('SELECT 1 AS one', []);
      // Whoever asks later has a transaction; what the first relied on may be outdated all the same.
      expect(uow.mayRelyOnReads()).toBe(false);
      uow.afterCommit(() => void events.push(`${attempt} committed`));
      uow.afterRollback(() => void events.push(`${attempt} rolled back`));
      await uow.write(PUT, [`attempt-${attempt}`, 1]);
      if (attempt === 1) await tooLate();
      return attempt;
    });
    expect(result).toBe(2);
    expect(relied).toEqual([true, false]);
    expect(events).toEqual(['1 rolled back', '2 committed']);
    expect([await kept('attempt-1'), await kept('attempt-2')]).toEqual([false, true]);
  });

  it('says only of the second attempt what it did', async () => {
    const draft: AuditDraft = { ...emptyDraft(), reasonCode: 'known before' };
    const seen: AuditDraft[] = [];
    await uow.transact(async () => {
      const execution = currentExecution();
      seen.push({ ...execution.draft });
      const first = uow.mayRelyOnReads();
      execution.draft.silent = first;
      if (first) execution.draft.details = { first };
      if (first) await tooLate();
    }, draft);
    const known = { ...emptyDraft(), reasonCode: 'known before' };
    expect(seen).toEqual([known, known]);
    expect(draft).toEqual(known);
  });

  it('is not done a third time', async () => {
    let attempts = 0;
    const work = uow.transact(async () => {
      attempts += 1;
      uow.mayRelyOnReads();
      await tooLate();
    });
    await expect(work).rejects.toBeInstanceOf(OutdatedReadError);
    expect(attempts).toBe(2);
  });

  it('is not done again for any other reason', async () => {
    let attempts = 0;
    const work = uow.transact(async () => {
      attempts += 1;
      uow.mayRelyOnReads();
      await uow.write(PUT, ['refused', null]);
    });
    await expect(work).rejects.toMatchObject({ code: '23502' });
    expect(attempts).toBe(1);
  });
});

describe('work that does not rely on reads', () => {
  it.each([
    ['because it never asked', async () => undefined],
    [
      'because its transaction has begun, where a lock costs no more than a look',
      async () => {
        await uow.lock('SELECT 1 AS one', []);
        expect(uow.mayRelyOnReads()).toBe(false);
      },
    ],
  ])('is done once, %s', async (_, begin) => {
    let attempts = 0;
    const work = uow.transact(async () => {
      attempts += 1;
      await begin();
      await tooLate();
    });
    await expect(work).rejects.toBeInstanceOf(OutdatedReadError);
    expect(attempts).toBe(1);
  });

  it('is done once when it runs beside another unit', async () => {
    await uow.isolate(async () => expect(uow.mayRelyOnReads()).toBe(false));
  });
});
