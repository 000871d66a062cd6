import { setImmediate as turn } from 'node:timers/promises';
import { InsufficientStorageError, UnavailableError } from '#libs/kernel';
import { FreeSpace } from './free-space.js';

const MIB = 1024 ** 2;
const RESERVE = 1000;

/** What the work is refused with; null when it is done. Listens at once, so that an early refusal is not an unseen one. */
const refusalOf = (work: Promise<void>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('the reserve of the disk', () => {
  /** A disk of which the test says what is free, and when its answer comes. */
  const disk = () => {
    const checks: Array<(free: number | Error) => Promise<void>> = [];
    const check = () =>
      new Promise<number>((resolve, reject) => {
        checks.push((free) => {
          if (typeof free === 'number') resolve(free);
          else reject(free);
          return turn();
        });
      });
    const clock = { now: 0 };
    return { checks, clock, space: new FreeSpace(check, RESERVE, () => clock.now) };
  };

  /** One that was just looked at, with so much free. */
  const seen = async (free: number) => {
    const made = disk();
    const admitted = made.space.admitUpload();
    admitted.catch(() => undefined);
    await made.checks[0]?.(free);
    return { ...made, admitted };
  };

  it('is looked at anew by each upload that begins, however fresh the last look is', async () => {
    const { space, checks, admitted } = await seen(RESERVE);
    await admitted;
    const refusal = refusalOf(space.admitUpload());
    expect(checks).toHaveLength(2);
    await checks[1]?.(RESERVE - 1);
    expect(await refusal).toBeInstanceOf(InsufficientStorageError);
  });

  it('is not believed by who begins while a look is on its way: they share the next one', async () => {
    const { space, checks } = disk();
    const first = space.admitUpload();
    const refusals = [refusalOf(space.admitUpload()), refusalOf(space.admitUpload())];
    expect(checks).toHaveLength(1);
    await checks[0]?.(RESERVE);
    await first;
    expect(checks).toHaveLength(2);
    await checks[1]?.(0);
    for (const refusal of refusals) expect(await refusal).toBeInstanceOf(InsufficientStorageError);
    expect(checks).toHaveLength(2);
  });

  it('is believed on the way for as long as little was written and little time went by', async () => {
    const { space, checks, clock } = await seen(RESERVE);
    clock.now = 100;
    await space.reserve(16 * MIB - 1);
    expect(checks).toHaveLength(1);
  });

  it('is looked at again when all uploads together have written much', async () => {
    const { space, checks } = await seen(RESERVE);
    await space.reserve(10 * MIB);
    const refusal = refusalOf(space.reserve(6 * MIB));
    expect(checks).toHaveLength(2);
    await checks[1]?.(RESERVE - 1);
    expect(await refusal).toBeInstanceOf(InsufficientStorageError);
  });

  it('is looked at again after a while, and what was written before counts no more', async () => {
    const { space, checks, clock } = await seen(RESERVE);
    await space.reserve(10 * MIB);
    clock.now = 101;
    const later = space.reserve(6 * MIB - 1);
    expect(checks).toHaveLength(2);
    await checks[1]?.(RESERVE);
    await later;
    await space.reserve(10 * MIB);
    expect(checks).toHaveLength(2);
  });

  it('stays refused to uploads on their way until a look finds it again', async () => {
    const { space, checks, admitted } = await seen(RESERVE - 1);
    await expect(admitted).rejects.toBeInstanceOf(InsufficientStorageError);
    await expect(space.reserve(1)).rejects.toBeInstanceOf(InsufficientStorageError);
    expect(checks).toHaveLength(1);
    const again = space.admitUpload();
    await checks[1]?.(RESERVE);
    await again;
    await space.reserve(1);
  });

  it('is not said to be eaten when nobody could look', async () => {
    const { space, checks } = disk();
    const refusal = refusalOf(space.admitUpload());
    await checks[0]?.(new UnavailableError('The document store is not available'));
    expect(await refusal).toBeInstanceOf(UnavailableError);
    const next = space.admitUpload();
    await checks[1]?.(RESERVE);
    await next;
  });
});
