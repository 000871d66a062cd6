import { PreconditionFailedError } from '#libs/kernel';
import { RangeNotSatisfiableError } from './content.errors.js';
import { type ContentRequest, select } from './selection.js';

const TAG = '"ab12"';
const SIZE = 1000;
const ask = (request: Partial<ContentRequest>) => select({ method: 'GET', ...request }, TAG, SIZE);
const part = (start: number, end: number) => ({ kind: 'part', range: { start, end } });

describe('the bytes that a request selects', () => {
  it.each([
    ['bytes=0-0', part(0, 0)],
    ['bytes=0-999', part(0, 999)],
    ['bytes=10-', part(10, 999)],
    ['bytes=990-2000', part(990, 999)],
    ['bytes=-1', part(999, 999)],
    ['bytes=-5000', part(0, 999)],
    ['BYTES = 5-6', part(5, 6)],
    [`bytes=0-${'9'.repeat(400)}`, part(0, 999)],
  ])('%s is one range', (range, expected) => {
    expect(ask({ range })).toEqual(expected);
  });

  it.each([
    'bytes=0-1,5-6',
    'bytes=-',
    'bytes=',
    'bytes=a-b',
    'bytes=5-4',
    'items=0-1',
    'bytes=0 - 1',
    '0-1',
    '',
  ])('%j is ignored: the whole file is selected', (range) => {
    expect(ask({ range })).toEqual({ kind: 'whole' });
  });

  it.each(['bytes=1000-', 'bytes=1000-2000', 'bytes=-0', `bytes=${'9'.repeat(400)}-`])(
    '%s is not satisfiable',
    (range) => {
      expect(() => ask({ range })).toThrow(RangeNotSatisfiableError);
    },
  );

  it('are a range only if If-Range is the strong tag', () => {
    const range = 'bytes=0-9';
    expect(ask({ range, ifRange: TAG })).toEqual(part(0, 9));
    for (const ifRange of ['"other"', `W/${TAG}`, 'Wed, 21 Oct 2026 07:28:00 GMT']) {
      expect(ask({ range, ifRange })).toEqual({ kind: 'whole' });
    }
    expect(ask({ range: 'bytes=5000-', ifRange: '"other"' })).toEqual({ kind: 'whole' });
  });

  it('are none if If-None-Match matches', () => {
    for (const ifNoneMatch of [TAG, `W/${TAG}`, `"x", ${TAG}`, '*']) {
      expect(ask({ ifNoneMatch })).toEqual({ kind: 'not_modified' });
      expect(ask({ ifNoneMatch, range: 'bytes=5000-' })).toEqual({ kind: 'not_modified' });
      expect(ask({ ifNoneMatch, method: 'HEAD' })).toEqual({ kind: 'not_modified' });
    }
    expect(ask({ ifNoneMatch: '"x", "y"' })).toEqual({ kind: 'whole' });
  });

  it('are refused if If-Match does not match', () => {
    for (const ifMatch of ['"x"', `W/${TAG}`, '']) {
      expect(() => ask({ ifMatch })).toThrow(PreconditionFailedError);
    }
    expect(ask({ ifMatch: `"x", ${TAG}` })).toEqual({ kind: 'whole' });
    expect(ask({ ifMatch: '*' })).toEqual({ kind: 'whole' });
  });

  it('are none for HEAD, whatever the range', () => {
    expect(ask({ method: 'HEAD', range: 'bytes=5000-' })).toEqual({ kind: 'headers' });
  });
});
