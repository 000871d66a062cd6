import { Clock, isUuid } from '#libs/kernel';
import { EntryStamps, firstIdAt } from './entry-stamps.js';

class SetClock extends Clock {
  time = new Date('2026-01-31T12:00:00.123Z');

  override now(): Date {
    return this.time;
  }
}

describe('EntryStamps', () => {
  const clock = new SetClock();
  const stamps = new EntryStamps(clock);

  it('has the same time in the identifier and in occurredAt', () => {
    const { id, occurredAt } = stamps.next();
    expect(isUuid(id)).toBe(true);
    expect(id[14]).toBe('7');
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(clock.time.getTime());
    expect(occurredAt).toBe('2026-01-31T12:00:00.123Z');
  });

  it('creates increasing identifiers within a millisecond', () => {
    const ids = Array.from({ length: 10_000 }, () => stamps.next().id);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('follows a clock that was set back', () => {
    clock.time = new Date('2026-01-31T12:00:00.123Z');
    const before = stamps.next();
    clock.time = new Date('2026-01-31T10:00:00.123Z');
    const after = stamps.next();
    expect(after.occurredAt < before.occurredAt).toBe(true);
    expect(after.id < before.id).toBe(true);
  });
});

describe('firstIdAt', () => {
  const clock = new SetClock();
  const { id } = new EntryStamps(clock).next();

  it.each([
    ['2026-01-31T12:00:00.123Z', true],
    ['2026-01-31T13:00:00.123+01:00', true],
    ['2026-01-31T12:00:00.1230Z', true],
    ['2026-01-31T12:00:00.12301Z', false],
    ['2026-01-31T12:00:00.124Z', false],
    ['2026-01-31T12:00:00Z', true],
    ['0001-01-01T00:00:00Z', true],
    ['9999-12-31T23:59:59.999999999Z', false],
  ])('%s includes an entry at .123: %s', (moment, included) => {
    expect(id >= firstIdAt(moment)).toBe(included);
  });
});
