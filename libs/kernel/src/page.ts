import { BadRequestError } from './errors/http-errors.js';

/** One page of a list, newest first. `nextCursor` is null on the last page. */
export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

/** The sort key of the last item of a page. Opaque to clients, stable while rows are added and removed. */
export type Keyset = Readonly<Record<string, string | number>>;

export function encodeCursor(keyset: Keyset): string {
  return Buffer.from(JSON.stringify(keyset)).toString('base64url');
}

/** Decodes a cursor of `encodeCursor` and checks it with `accepts`. Throws `BadRequestError` for any other text. */
export function decodeCursor<T extends Keyset>(cursor: string, accepts: (value: Keyset) => value is T): T {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && accepts(value as Keyset)) {
      return value as T;
    }
  } catch {
    // Every invalid cursor gets the same error below.
  }
  throw new BadRequestError('The cursor does not come from this list');
}

/** Makes a page of `limit + 1` rows: the extra row only shows that a next page exists. */
export function toPage<T>(rows: T[], limit: number, keyset: (last: T) => Keyset): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(keyset(last)) : null };
}
