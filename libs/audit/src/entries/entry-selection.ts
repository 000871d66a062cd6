import { type AuditAction, type AuditTargetType } from '#libs/kernel';
import { type EntryReach, SqlParameters } from './entry-reach.js';
import { firstIdAt } from './entry-stamps.js';
import { type AuditOutcome } from './entry.js';
import { STORED_ENTRY } from './stored-entry.js';

/** The filter of a request; an entry must match all given members. */
export interface EntryFilter {
  readonly actorId?: string;
  readonly action?: readonly AuditAction[];
  readonly targetType?: AuditTargetType;
  readonly targetId?: string;
  readonly outcome?: AuditOutcome;
  /** Inclusive, RFC 3339. */
  readonly from?: string;
  /** Exclusive, RFC 3339. */
  readonly to?: string;
}

export interface EntryRange {
  readonly order: 'newest first' | 'oldest first';
  /** The id of the last entry of the previous page; null for the first page. */
  readonly after: string | null;
  readonly limit: number;
}

const SELECT = `SELECT ${STORED_ENTRY.columns} FROM audit.entries e ${STORED_ENTRY.joins}`;

/** The size of an entry in bytes; estimated for entries of a release without leaves. Does not decompress (TOAST) columns. */
const ENTRY_BYTES = `coalesce(octet_length(r.leaf), 1024 + coalesce(pg_column_size(r.changes), 0) + coalesce(pg_column_size(r.details), 0))`;

export function selectOne(id: string, reach: EntryReach): { text: string; values: unknown[] } {
  const parameters = new SqlParameters();
  const condition = `id = ${parameters.add(id)} AND (${reach.conditions(parameters).join(' OR ')})`;
  return { text: `${SELECT} WHERE ${condition}`, values: parameters.values };
}

export function selectRange(
  filter: EntryFilter,
  reach: EntryReach,
  range: EntryRange,
): { text: string; values: unknown[] } {
  const parameters = new SqlParameters();
  const { entries, direction } = rangeOf(filter, reach, range, parameters);
  return {
    text: `SELECT ${STORED_ENTRY.columns} FROM (${entries}) e ${STORED_ENTRY.joins} ORDER BY e.id ${direction}`,
    values: parameters.values,
  };
}

/**
 * Selects the entries of a range that fit into `bytes`, at least the first one, each with its position in the log. This
 * bounds the size of a result whatever the size of the entries.
 */
export function selectSlice(
  filter: EntryFilter,
  reach: EntryReach,
  range: EntryRange & { readonly bytes: number },
): { text: string; values: unknown[] } {
  const parameters = new SqlParameters();
  const { entries, direction } = rangeOf(filter, reach, range, parameters);
  return {
    text: `SELECT ${STORED_ENTRY.columns}, place.leaf_index AS "leafIndex", encode(place.leaf_hash, 'hex') AS "leafHash"
      FROM (SELECT r.*, sum(${ENTRY_BYTES}) OVER (ORDER BY r.id ${direction} ROWS UNBOUNDED PRECEDING) - ${ENTRY_BYTES} AS before
        FROM (${entries}) r) e
      ${STORED_ENTRY.joins} LEFT JOIN audit.sealed_leaves place ON place.entry_id = e.id
      WHERE e.before < ${parameters.add(range.bytes)} ORDER BY e.id ${direction}`,
    values: parameters.values,
  };
}

/**
 * A subquery per visibility condition returns at most `limit` identifiers, so the cost does not grow with the log, however
 * few entries the reader may see. Other tables are joined to the result: an earlier join would read them up to that position.
 */
function rangeOf(
  filter: EntryFilter,
  reach: EntryReach,
  { order, after, limit }: EntryRange,
  parameters: SqlParameters,
): { entries: string; direction: 'ASC' | 'DESC' } {
  const direction = order === 'newest first' ? 'DESC' : 'ASC';
  const wanted = conditionsOf(filter, parameters);
  if (after !== null) wanted.push(`id ${direction === 'DESC' ? '<' : '>'} ${parameters.add(after)}`);
  const tail = `ORDER BY id ${direction} LIMIT ${parameters.add(limit)}`;
  const ways = reach.conditions(parameters).map((visible) => [visible, ...wanted].join(' AND '));
  const [only, ...others] = ways;
  const condition =
    others.length === 0
      ? only
      : `id IN (${ways.map((way) => `(SELECT id FROM audit.entries WHERE ${way} ${tail})`).join(' UNION ')})`;
  return { entries: `SELECT * FROM audit.entries WHERE ${condition} ${tail}`, direction };
}

function conditionsOf(filter: EntryFilter, parameters: SqlParameters): string[] {
  const conditions: string[] = [];
  const equal = (column: string, value: string | undefined): void => {
    if (value !== undefined) conditions.push(`${column} = ${parameters.add(value)}`);
  };
  equal('actor_id', filter.actorId);
  equal('target_type', filter.targetType);
  equal('target_id', filter.targetId);
  equal('outcome', filter.outcome);
  const [action, ...actions] = filter.action ?? [];
  if (actions.length === 0) equal('action', action);
  else conditions.push(`action = ANY(${parameters.add(filter.action)})`);
  // The identifier contains the time of the entry.
  if (filter.from !== undefined) conditions.push(`id >= ${parameters.add(firstIdAt(filter.from))}`);
  if (filter.to !== undefined) conditions.push(`id < ${parameters.add(firstIdAt(filter.to))}`);
  return conditions;
}
