import { type AuditEntry } from './entry.js';
import { readLeaf } from './leaf.js';
import { type PersonalValues, readPersonalValues } from './personal-values.js';

/** A stored entry: as a leaf, or in columns by a release without leaves. */
export interface StoredEntry {
  readonly leaf: Uint8Array | null;
  readonly personal: Uint8Array | null;
  /** The entry from the columns; null if there is a leaf. */
  readonly columns: AuditEntry | null;
}

/**
 * The sealed bytes of an entry `e` with its sealed leaf `s`: its own leaf, or the adopted one of an entry without. Whatever is
 * shown or proved is read from here.
 */
export const LEAF_BYTES = 'coalesce(e.leaf, s.adopted_leaf)';

/** The columns of a `StoredEntry` in `audit.entries e`, and the joins that they need. */
export const STORED_ENTRY = {
  columns: `
    ${LEAF_BYTES} AS leaf, p.value AS personal,
    CASE WHEN ${LEAF_BYTES} IS NULL THEN jsonb_build_object(
      'id', e.id,
      'occurredAt', to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'action', e.action, 'outcome', e.outcome,
      'actor', jsonb_build_object(
        'type', e.actor_type, 'id', e.actor_id, 'roles', to_jsonb(e.actor_roles),
        'authenticatedBy', e.authenticated_by, 'sessionId', e.session_id),
      'target', CASE WHEN e.target_type IS NOT NULL THEN jsonb_build_object(
        'type', e.target_type, 'id', e.target_id, 'version', e.target_version,
        'sha256', encode(e.target_sha256, 'hex'), 'ownerId', e.target_owner_id) END,
      'reasonCode', e.reason_code, 'requestId', e.request_id, 'ip', e.ip, 'userAgent', e.user_agent,
      'changes', e.changes, 'details', e.details) END AS columns`,
  joins: `
    LEFT JOIN audit.personal_values p ON p.entry_id = e.id
    LEFT JOIN audit.sealed_leaves s ON s.entry_id = e.id AND e.leaf IS NULL`,
} as const;

/** Decodes a stored entry. Personal values that were erased are null. */
export function toAuditEntry({ leaf, personal, columns }: StoredEntry): AuditEntry {
  if (leaf === null) {
    if (columns === null) throw new Error('A stored entry has neither a leaf nor columns');
    return columns;
  }
  return withPersonalValues(leaf, readPersonalValues(personal));
}

function withPersonalValues(leaf: Uint8Array, { ip, userAgent }: PersonalValues): AuditEntry {
  const { id, occurredAt, action, outcome, actor, target, reasonCode, requestId, changes, details } =
    readLeaf(leaf);
  return {
    ...{ id, occurredAt, action, outcome, actor, target, reasonCode, requestId },
    ...{ ip, userAgent, changes, details },
  };
}
