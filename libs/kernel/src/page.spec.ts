import fc from 'fast-check';
import { BadRequestError } from './errors/http-errors.js';
import { decodeCursor, encodeCursor, type Keyset, toPage } from './page.js';

type Key = { at: string; id: string };
const isKey = (value: Keyset): value is Key =>
  typeof value['at'] === 'string' && typeof value['id'] === 'string';

describe('a cursor', () => {
  it('is decoded to its keyset', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.uuid(), (at, id) => {
        expect(decodeCursor(encodeCursor({ at, id }), isKey)).toEqual({ at, id });
      }),
    );
  });

  it('is safe in a URL', () => {
    fc.assert(
      fc.property(fc.string(), (at) => {
        expect(encodeCursor({ at, id: '1' })).toMatch(/^[\w-]+$/);
      }),
    );
  });

  it.each(['', 'x', 'e30', 'bnVsbA', 'W10', '%', encodeCursor({ at: 1, id: 2 }), 'a'.repeat(100_000)])(
    'is refused when this list did not make it: %.20s',
    (cursor) => {
      expect(() => decodeCursor(cursor, isKey)).toThrow(BadRequestError);
    },
  );

  it('throws nothing but BadRequestError', () => {
    fc.assert(
      fc.property(fc.string(), (cursor) => {
        try {
          expect(isKey(decodeCursor(cursor, isKey))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(BadRequestError);
        }
      }),
    );
  });
});

describe('a page', () => {
  const rows = [
    { at: 'c', id: '3' },
    { at: 'b', id: '2' },
    { at: 'a', id: '1' },
  ];

  it('has a cursor exactly when there is a next page', () => {
    const page = toPage(rows, 2, (row) => row);
    expect(page.items).toEqual(rows.slice(0, 2));
    expect(decodeCursor(page.nextCursor ?? '', isKey)).toEqual(rows[1]);
    expect(toPage(rows, 3, (row) => row)).toEqual({ items: rows, nextCursor: null });
    expect(toPage([], 3, (row: Key) => row)).toEqual({ items: [], nextCursor: null });
  });
});
