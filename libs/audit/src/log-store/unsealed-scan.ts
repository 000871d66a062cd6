import { type UnitOfWork } from '#libs/postgres';

/** Committed entries without an index in the log. */
export interface UnsealedEntries {
  /** At most `MAX_UNSEALED`; more may exist. */
  readonly ids: readonly string[];
  /** By the database's clock, in seconds; 0 without entries. */
  readonly oldestAge: number;
  /** Whether the scan has reached the newest entry; if not, call `next` again. */
  readonly isComplete: boolean;
}

interface Row {
  readonly incarnation: string;
  readonly xmin: string;
  readonly newest: string | null;
  readonly last: string | null;
  readonly scanned: number;
  readonly ids: readonly string[] | null;
  readonly first: string | null;
  readonly age: number | null;
}

/** Where a scan stands: first all existing entries by id, then the entries of later transactions. */
type Position =
  | {
      readonly phase: 'existing';
      readonly after: string;
      readonly upTo: string | null;
      readonly xmin: string;
    }
  | { readonly phase: 'later'; readonly xmin: string };

const CHUNK = 20_000;
export const MAX_UNSEALED = 2000;
const LOWEST_ID = '00000000-0000-0000-0000-000000000000';

const IS_UNSEALED = 'NOT EXISTS (SELECT FROM audit.sealed_leaves s WHERE s.entry_id = e.id)';
const RESULT = `
  SELECT pg_postmaster_start_time()::text || ' ' || (SELECT oid FROM pg_database WHERE datname = current_database())
      AS incarnation,
    pg_snapshot_xmin(pg_current_snapshot())::text AS xmin,
    (SELECT e.id FROM audit.entries e ORDER BY e.id DESC LIMIT 1) AS newest,
    (SELECT array_agg(u.id::text) FROM unsealed u) AS ids,
    (SELECT min(u.xid::text::numeric)::text FROM unsealed u) AS first,
    (SELECT extract(epoch FROM now() - min(u.occurred_at))::float8 FROM unsealed u) AS age`;
const EXISTING = `
  WITH scanned AS MATERIALIZED (
    SELECT e.id, e.xid, e.occurred_at FROM audit.entries e
    WHERE e.id > $1::uuid AND ($2::uuid IS NULL OR e.id <= $2::uuid) ORDER BY e.id LIMIT ${CHUNK}),
  unsealed AS MATERIALIZED (SELECT * FROM scanned e WHERE ${IS_UNSEALED} ORDER BY e.id LIMIT ${MAX_UNSEALED})
  ${RESULT}, (SELECT count(*)::int FROM scanned) AS scanned, (SELECT e.id FROM scanned e ORDER BY e.id DESC LIMIT 1) AS last`;
const LATER = `
  WITH unsealed AS MATERIALIZED (
    SELECT e.id, e.xid, e.occurred_at FROM audit.entries e
    WHERE e.xid >= $1::xid8 AND e.xid < pg_snapshot_xmax(pg_current_snapshot()) AND ${IS_UNSEALED}
    ORDER BY e.xid, e.id LIMIT ${MAX_UNSEALED})
  ${RESULT}, 0 AS scanned, NULL AS last`;

/**
 * Finds every unsealed entry, whatever the stored progress says. An entry that was sealed stays sealed, and PostgreSQL, not
 * the writer, gives an entry its transaction id. So the scan reads existing entries once and afterwards only those of
 * transactions that had not ended before. Its position is kept in memory, where no row can change it.
 */
export class UnsealedScan {
  private incarnation: string | null = null;
  private position: Position = START;

  constructor(private readonly uow: Pick<UnitOfWork, 'read'>) {}

  /** Scans the next part: at most 20,000 existing entries, or all later ones. */
  async next(): Promise<UnsealedEntries> {
    const row = await this.read(this.position);
    // After a restart the server may have a restored backup.
    if (this.incarnation !== row.incarnation) {
      const isFirst = this.incarnation === null;
      this.incarnation = row.incarnation;
      this.position = START;
      if (!isFirst) return this.next();
    }
    const ids = row.ids ?? [];
    const isComplete = row.scanned < CHUNK;
    this.position = this.after(row, isComplete && ids.length < MAX_UNSEALED);
    return { ids, oldestAge: Math.max(0, row.age ?? 0), isComplete: isComplete || ids.length > 0 };
  }

  /** Does not move past an unsealed entry. */
  private after({ first, ids, last, newest, xmin }: Row, isEnd: boolean): Position {
    const { position } = this;
    if (position.phase === 'later') return { phase: 'later', xmin: lower(first ?? xmin, xmin) };
    // The first call decides where existing entries end: all others belong to transactions from its `xmin` on.
    const begun = position.upTo === null ? { ...position, upTo: newest ?? LOWEST_ID, xmin } : position;
    if (ids !== null) return begun;
    return isEnd ? { phase: 'later', xmin: begun.xmin } : { ...begun, after: last ?? begun.after };
  }

  private async read(position: Position): Promise<Row> {
    const rows = await (position.phase === 'existing'
      ? this.uow.read<Row>(EXISTING, [position.after, position.upTo], { planEachTime: true })
      : this.uow.read<Row>(LATER, [position.xmin], { planEachTime: true }));
    if (!rows[0]) throw new Error('PostgreSQL gave no row for its own state');
    return rows[0];
  }
}

const START: Position = { phase: 'existing', after: LOWEST_ID, upTo: null, xmin: '0' };

function lower(one: string, other: string): string {
  return BigInt(one) < BigInt(other) ? one : other;
}
