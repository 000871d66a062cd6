import { BadRequestError } from './errors/http-errors.js';

/** One page of a list, newest first. `nextCursor` is null on the last page. */
export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

/** Where a keyset page ends: the sort key of its last item. Opaque to clients, stable while rows come and go. */
export type Keyset = Readonly<Record<string, string | number>>;

export function encodeCursor(keyset: Keyset): string {
  return Buffer.from(JSON.stringify(keyset)).toString('base64url');
}

/** The keyset of a cursor made by `encodeCursor`, checked by `accepts`. Throws `BadRequestError` for anything else. */
export function decodeCursor<T extends Keyset>(cursor: string, accepts: (value: Keyset) => value is T): T {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && accepts(value as Keyset)) {
      return value as T;
    }
  } catch {
    // Falls through: whatever is wrong with it, the client is told the same.
  }
  throw new BadRequestError('The cursor does not come from this list');
}

/** Cuts `limit + 1` rows into a page: the extra row only says that there is a next page. */
export function toPage<T>(rows: T[], limit: number, keyset: (last: T) => Keyset): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(keyset(last)) : null };
}
