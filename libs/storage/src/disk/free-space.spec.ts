import { setImmediate as turn } from 'node:timers/promises';
import { InsufficientStorageError, UnavailableError } from '#libs/kernel';
import { FreeSpace } from './free-space.js';

const MIB = 1024 ** 2;
const RESERVE = 1000;

/**
 * The refusal of the work; null if it succeeds. Attaches its handler at once, so that an early refusal is not
 * unhandled.
 */
const refusalOf = (work: Promise<void>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('the reserved disk space', () => {
  /** A disk whose free space the test reports, at a time that it chooses. */
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

  /** A disk that was just checked, with `free` bytes free. */
  const seen = async (free: number) => {
    const made = disk();
    const admitted = made.space.admitUpload();
    admitted.catch(() => undefined);
    await made.checks[0]?.(free);
    return { ...made, admitted };
  };

  it('is checked again by each new upload, however recent the last check is', async () => {
    const { space, checks, admitted } = await seen(RESERVE);
    await admitted;
    const refusal = refusalOf(space.admitUpload());
    expect(checks).toHaveLength(2);
    await checks[1]?.(RESERVE - 1);
    expect(await refusal).toBeInstanceOf(InsufficientStorageError);
  });

  it('is checked once more for all uploads that begin during a check', async () => {
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

  it('is not checked again within 16 MiB and 100 ms', async () => {
    const { space, checks, clock } = await seen(RESERVE);
    clock.now = 100;
    await space.reserve(16 * MIB - 1);
    expect(checks).toHaveLength(1);
  });

  it('is checked again after 16 MiB of all uploads together', async () => {
    const { space, checks } = await seen(RESERVE);
    await space.reserve(10 * MIB);
    const refusal = refusalOf(space.reserve(6 * MIB));
    expect(checks).toHaveLength(2);
    await checks[1]?.(RESERVE - 1);
    expect(await refusal).toBeInstanceOf(InsufficientStorageError);
  });

  it('is checked again after 100 ms, which resets the count of bytes', async () => {
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

  it('stays refused to running uploads until a check finds enough space', async () => {
    const { space, checks, admitted } = await seen(RESERVE - 1);
    await expect(admitted).rejects.toBeInstanceOf(InsufficientStorageError);
    await expect(space.reserve(1)).rejects.toBeInstanceOf(InsufficientStorageError);
    expect(checks).toHaveLength(1);
    const again = space.admitUpload();
    await checks[1]?.(RESERVE);
    await again;
    await space.reserve(1);
  });

  it('is not reported as used up when the check failed', async () => {
    const { space, checks } = disk();
    const refusal = refusalOf(space.admitUpload());
    await checks[0]?.(new UnavailableError('The document store is not available'));
    expect(await refusal).toBeInstanceOf(UnavailableError);
    const next = space.admitUpload();
    await checks[1]?.(RESERVE);
    await next;
  });
});
