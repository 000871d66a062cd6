import fc from 'fast-check';
import { isAtMost, isCleanText, isInstant, lengthOf, tidyText } from './text-rules.js';

describe('clean text', () => {
  it.each([
    ['NUL', 'a\u0000b'],
    ['a lone surrogate', 'a\ud800'],
    ['an escape', '\u001b[31m'],
    ['a delete', 'a\u007f'],
    ['a C1 control', 'a\u0085'],
    ['a right-to-left override', 'invoice\u202efdp.exe'],
    ['an isolate', 'a\u2066b'],
    ['31 combining marks in a row', `a${'\u0301'.repeat(31)}`],
  ])('never contains %s', (_, text) => {
    expect(isCleanText(text, false)).toBe(false);
    expect(isCleanText(text, true)).toBe(false);
  });

  it('has line breaks only in multiline fields', () => {
    for (const text of ['a\nb', 'a\r\nb', 'a\tb']) {
      expect([isCleanText(text, false), isCleanText(text, true)]).toEqual([false, true]);
    }
  });

  it.each([
    'Žluťoučký kůň',
    '日本語',
    'مرحبا',
    'e\u0301',
    '👩‍👩‍👧',
    `a${'\u0301'.repeat(30)}`,
    'O’Neill & Söhne <x>',
  ])('may be %s', (text) => {
    expect(isCleanText(text, false)).toBe(true);
  });
});

describe('a tidy text', () => {
  it('is in NFC and trimmed', () => {
    expect(tidyText(' e\u0301 ', 1)).toBe('\u00e9');
    expect(tidyText('\u1100\u1161\u11a8'.repeat(200), 200)).toBe('\uac01'.repeat(200));
  });

  it.each([
    ['is too long in any case', 'e\u0301'.repeat(1000), 200],
    ['has 31 combining marks in a row', `a${'\u0301'.repeat(31)}`, 200],
    ['is not well-formed', '\ud800 ', 200],
  ])('stays as it is if it %s', (_, text, max) => {
    expect(tidyText(text, max)).toBe(text);
  });
});

describe('the length of a text', () => {
  it('is the length in PostgreSQL, including variation selectors and surrogate pairs', () => {
    for (const [text, length] of [
      ['', 0],
      ['Söhne', 5],
      ['😀😀', 2],
      ['a\ufe0f', 2],
      ['e\u0301', 2],
    ] as const) {
      expect(lengthOf(text)).toBe(length);
      expect([isAtMost(text, length), isAtMost(text, length - 1)]).toEqual([true, false]);
    }
  });
});

describe('an instant', () => {
  it.each([
    '2026-01-31T12:00:00Z',
    '2026-01-31t12:00:00.123456789z',
    '2024-02-29T00:00:00+14:00',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59-11:30',
    '2026-01-01T00:00:00-15:59',
  ])('may be %s', (text) => {
    expect(isInstant(text)).toBe(true);
  });

  it.each([
    '',
    '2026-01-31',
    '2026-01-31 12:00:00Z',
    '2026-01-31T12:00:00',
    '2026-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+23:59',
    '2026-01-01T00:00:00-16:00',
    '0000-01-01T00:00:00Z',
    '+012026-01-01T00:00:00Z',
    '-2026-01-01T00:00:00Z',
    '1769860800',
    '2026-01-31T12:00:00Z\n',
  ])('cannot be %j', (text) => {
    expect(isInstant(text)).toBe(false);
  });

  it('accepts every ISO string of a Date within the range', () => {
    const max = new Date('9999-12-31T23:59:59.999Z');
    const moments = fc.date({ min: new Date('0100-01-01T00:00:00Z'), max, noInvalidDate: true });
    fc.assert(fc.property(moments, (moment) => isInstant(moment.toISOString())));
  });
});
