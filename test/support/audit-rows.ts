import { type Client } from 'pg';
import { v7 } from 'uuid';

/** A row of the log as a test plants it, with defaults for what is left out. */
export interface PlantedEntry {
  readonly at?: string;
  readonly action?: string;
  readonly outcome?: string;
  readonly actorId?: string | null;
  readonly targetType?: string;
  readonly targetId?: string;
  readonly targetOwnerId?: string | null;
  readonly details?: object;
}

// As the previous release wrote them: without a leaf, and with the personal values in the row.
const COLUMNS = `id, occurred_at, action, outcome, actor_type, actor_id, actor_roles, session_id, target_type, target_id,
  target_owner_id, request_id, ip, user_agent, changes, details`;

let sequence = 0;

/** Inserts entries in this order, bypassing the application, and returns their identifiers. */
export async function plantEntries(owner: Client, entries: readonly PlantedEntry[]): Promise<string[]> {
  const rows = entries.map((entry) => {
    const at = entry.at ?? '2026-01-01T00:00:00.000Z';
    sequence += 1;
    return {
      id: v7({ msecs: Date.parse(at), seq: sequence }),
      occurred_at: at,
      action: entry.action ?? 'document.updated',
      outcome: entry.outcome ?? 'succeeded',
      actor_type: entry.actorId ? 'user' : 'anonymous',
      actor_id: entry.actorId ?? null,
      actor_roles: entry.actorId ? ['user'] : [],
      session_id: entry.actorId ? '0199f0a1-0000-7000-8000-00000000abcd' : null,
      target_type: entry.targetId ? (entry.targetType ?? 'document') : null,
      target_id: entry.targetId ?? null,
      target_owner_id: entry.targetOwnerId ?? null,
      request_id: 'planted',
      ip: '203.0.113.7',
      user_agent: 'agent',
      changes: { before: { title: 'a' }, after: { title: 'b' } },
      details: entry.details ?? { planted: sequence },
    };
  });
  await owner.query(
    `INSERT INTO audit.entries (${COLUMNS})
     SELECT ${COLUMNS} FROM jsonb_populate_recordset(NULL::audit.entries, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
  return rows.map(({ id }) => id);
}
