import { instantText } from './times-as-text.js';

describe('instantText', () => {
  it.each([
    ['2026-11-20 09:30:00+00', '2026-11-20T09:30:00.000000Z'],
    ['2026-11-20 09:30:00.1+00', '2026-11-20T09:30:00.100000Z'],
    ['2026-11-20 09:30:00.123456+00', '2026-11-20T09:30:00.123456Z'],
    ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000000Z'],
  ])('converts %s from a server in UTC to %s', (text, instant) => {
    expect(instantText(text)).toBe(instant);
  });

  it.each([
    ['2026-11-20 10:30:00.123456+01', '2026-11-20T09:30:00.123456Z'],
    ['2026-11-20 15:00:00.5+05:30', '2026-11-20T09:30:00.500000Z'],
    ['2026-11-19 23:30:00-10', '2026-11-20T09:30:00.000000Z'],
  ])('keeps all digits of %s from a server in a different time zone', (text, instant) => {
    expect(instantText(text)).toBe(instant);
  });

  it.each(['infinity', '0044-03-15 12:00:00+00:53:28 BC', ''])('refuses %j', (text) => {
    expect(() => instantText(text)).toThrow('timestamp cannot be represented');
  });
});
