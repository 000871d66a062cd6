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
    const looks: Array<(free: number | Error) => Promise<void>> = [];
    const look = () =>
      new Promise<number>((resolve, reject) => {
        looks.push((free) => {
          if (typeof free === 'number') resolve(free);
          else reject(free);
          return turn();
        });
      });
    const clock = { now: 0 };
    return { looks, clock, space: new FreeSpace(look, RESERVE, () => clock.now) };
  };

  /** One that was just looked at, with so much free. */
  const seen = async (free: number) => {
    const made = disk();
    const begun = made.space.begin();
    begun.catch(() => undefined);
    await made.looks[0]?.(free);
    return { ...made, begun };
  };

  it('is looked at anew by each upload that begins, however fresh the last look is', async () => {
    const { space, looks, begun } = await seen(RESERVE);
    await begun;
    const refusal = refusalOf(space.begin());
    expect(looks).toHaveLength(2);
    await looks[1]?.(RESERVE - 1);
    expect(await refusal).toBeInstanceOf(InsufficientStorageError);
  });

  it('is not believed by who begins while a look is on its way: they share the next one', async () => {
    const { space, looks } = disk();
    const first = space.begin();
    const refusals = [refusalOf(space.begin()), refusalOf(space.begin())];
    expect(looks).toHaveLength(1);
    await looks[0]?.(RESERVE);
    await first;
    expect(looks).toHaveLength(2);
    await looks[1]?.(0);
    for (const refusal of refusals) expect(await refusal).toBeInstanceOf(InsufficientStorageError);
    expect(looks).toHaveLength(2);
  });

  it('is believed on the way for as long as little was written and little time went by', async () => {
    const { space, looks, clock } = await seen(RESERVE);
    clock.now = 100;
    await space.take(16 * MIB - 1);
    expect(looks).toHaveLength(1);
  });

  it('is looked at again when all uploads together have written much', async () => {
    const { space, looks } = await seen(RESERVE);
    await space.take(10 * MIB);
    const refusal = refusalOf(space.take(6 * MIB));
    expect(looks).toHaveLength(2);
    await looks[1]?.(RESERVE - 1);
    expect(await refusal).toBeInstanceOf(InsufficientStorageError);
  });

  it('is looked at again after a while, and what was written before counts no more', async () => {
    const { space, looks, clock } = await seen(RESERVE);
    await space.take(10 * MIB);
    clock.now = 101;
    const later = space.take(6 * MIB - 1);
    expect(looks).toHaveLength(2);
    await looks[1]?.(RESERVE);
    await later;
    await space.take(10 * MIB);
    expect(looks).toHaveLength(2);
  });

  it('stays refused to uploads on their way until a look finds it again', async () => {
    const { space, looks, begun } = await seen(RESERVE - 1);
    await expect(begun).rejects.toBeInstanceOf(InsufficientStorageError);
    await expect(space.take(1)).rejects.toBeInstanceOf(InsufficientStorageError);
    expect(looks).toHaveLength(1);
    const again = space.begin();
    await looks[1]?.(RESERVE);
    await again;
    await space.take(1);
  });

  it('is not said to be eaten when nobody could look', async () => {
    const { space, looks } = disk();
    const refusal = refusalOf(space.begin());
    await looks[0]?.(new UnavailableError('The document store is not available'));
    expect(await refusal).toBeInstanceOf(UnavailableError);
    const next = space.begin();
    await looks[1]?.(RESERVE);
    await next;
  });
});
