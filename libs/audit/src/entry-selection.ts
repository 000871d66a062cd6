import { type AuditAction } from './actions.js';
import { type EntryReach } from './entry-reach.js';
import { firstIdAt } from './entry-stamps.js';
import { type AuditOutcome, type AuditTargetType } from './entry.js';
import { SqlParameters } from './sql-parameters.js';
import { STORED_ENTRY } from './stored-entry.js';

/** What a reader asks for; everything that is given has to hold. */
export interface EntryFilter {
  readonly actorId?: string;
  readonly action?: readonly AuditAction[];
  readonly targetType?: AuditTargetType;
  readonly targetId?: string;
  readonly outcome?: AuditOutcome;
  /** At or after this moment of RFC 3339. */
  readonly from?: string;
  /** Before this moment of RFC 3339. */
  readonly to?: string;
}

export interface EntryRange {
  readonly order: 'newest first' | 'oldest first';
  /** Entries beyond this one, in the order. */
  readonly after: string | null;
  readonly limit: number;
}

const SELECT = `SELECT ${STORED_ENTRY.columns} FROM audit.entries e ${STORED_ENTRY.joins}`;

/** The statement that reads one visible entry. */
export function selectOne(id: string, reach: EntryReach): { text: string; values: unknown[] } {
  const parameters = new SqlParameters();
  const condition = `id = ${parameters.add(id)} AND (${reach.conditions(parameters).join(' OR ')})`;
  return { text: `${SELECT} WHERE ${condition}`, values: parameters.values };
}

/**
 * The statement that reads a range of visible entries. Every way of being visible is asked for by itself and gives at
 * most `limit` identifiers; so the costs do not grow with the log, however little of it the reader may see. What belongs
 * to the entries is joined to those that were found: joined before, whole tables would be read up to the place in the log.
 */
export function selectRange(
  filter: EntryFilter,
  reach: EntryReach,
  { order, after, limit }: EntryRange,
): { text: string; values: unknown[] } {
  const parameters = new SqlParameters();
  const [direction, beyond] = order === 'newest first' ? ['DESC', '<'] : ['ASC', '>'];
  const wanted = conditionsOf(filter, parameters);
  if (after !== null) wanted.push(`id ${beyond} ${parameters.add(after)}`);
  const tail = `ORDER BY id ${direction} LIMIT ${parameters.add(limit)}`;
  const ways = reach.conditions(parameters).map((visible) => [visible, ...wanted].join(' AND '));
  const [only, ...others] = ways;
  const condition =
    others.length === 0
      ? only
      : `id IN (${ways.map((way) => `(SELECT id FROM audit.entries WHERE ${way} ${tail})`).join(' UNION ')})`;
  return {
    text: `SELECT ${STORED_ENTRY.columns} FROM (SELECT * FROM audit.entries WHERE ${condition} ${tail}) e
      ${STORED_ENTRY.joins} ORDER BY e.id ${direction}`,
    values: parameters.values,
  };
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
  // The identifier is made of the time of its entry.
  if (filter.from !== undefined) conditions.push(`id >= ${parameters.add(firstIdAt(filter.from))}`);
  if (filter.to !== undefined) conditions.push(`id < ${parameters.add(firstIdAt(filter.to))}`);
  return conditions;
}
