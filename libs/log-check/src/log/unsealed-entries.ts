import { type Findings } from '../findings/findings.js';

/** A connection to the database of an installation. */
export interface QueryRunner {
  query<Row extends object>(sql: string, values: unknown[]): Promise<{ readonly rows: Row[] }>;
}

export const DEFAULT_UNSEALED_SECONDS = 60;

/** By the database's clock. The sequencer seals within a second, also entries of a long transaction. */
const OLD_AND_UNSEALED = `
  SELECT e.id, e.action, e.target_type || ' ' || e.target_id AS target FROM audit.entries e
  LEFT JOIN audit.sealed_leaves s ON s.entry_id = e.id
  WHERE (s.leaf_index IS NULL OR s.leaf_index >= $1) AND e.occurred_at < now() - make_interval(secs => $2) ORDER BY e.id`;

/** Reports each committed entry that is older than `seconds` and that no checkpoint of this size covers. */
export async function findUnsealedEntries(
  client: QueryRunner,
  size: number,
  seconds: number,
  findings: Findings,
): Promise<void> {
  const { rows } = await client.query<{ id: string; action: string; target: string | null }>(
    OLD_AND_UNSEALED,
    [size, seconds],
  );
  for (const { id, action, target } of rows) {
    const about = target === null ? '' : ` about ${target}`;
    findings.add(
      `entry ${id}`,
      `it (${action}${about}) is older than ${seconds} s, and no checkpoint covers it`,
    );
  }
}
