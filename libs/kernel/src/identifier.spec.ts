import { isUuid, newId } from './identifier.js';

describe('newId', () => {
  it('returns ten thousand different identifiers in the order of their creation', () => {
    const ids = Array.from({ length: 10_000 }, newId);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
    expect(ids.every((id) => isUuid(id) && id[14] === '7')).toBe(true);
  });

  it('contains the millisecond of the creation', () => {
    const before = Date.now();
    const told = Number.parseInt(newId().replaceAll('-', '').slice(0, 12), 16);
    expect(told).toBeGreaterThanOrEqual(before);
    expect(told).toBeLessThanOrEqual(Date.now() + 10);
  });

  it('uses random bytes once, so that one identifier does not reveal the next', () => {
    const tails = Array.from({ length: 2000 }, () => newId().slice(-12));
    expect(new Set(tails).size).toBe(tails.length);
  });
});
