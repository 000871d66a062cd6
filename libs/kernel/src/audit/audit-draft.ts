import { type Actor } from '../access/actor.js';
import { type JsonObject } from '../json.js';

export const AUDIT_TARGET_TYPES = ['document', 'user', 'session', 'invitation', 'audit_log'] as const;
export type AuditTargetType = (typeof AUDIT_TARGET_TYPES)[number];

/** What an entry is about. `ownerId` is whose history it belongs to, when that is not the target itself. */
export interface AuditTarget {
  readonly type: AuditTargetType;
  readonly id: string;
  readonly version?: number;
  readonly sha256?: string;
  readonly ownerId?: string;
}

/** What the handler has said so far about the entry that will be written with its change. */
export interface AuditDraft {
  target: AuditTarget | null;
  reasonCode: string | null;
  /** Only the fields that changed; personal values are redacted by whoever describes the change. */
  changes: { before: JsonObject; after: JsonObject } | null;
  details: JsonObject | null;
  /** Set by handlers that establish who acts, such as login. */
  actor: Actor | null;
  /** Set when the request had no effect of its own (the replay of a stored answer). */
  suppressed: boolean;
}

export function emptyDraft(): AuditDraft {
  return { target: null, reasonCode: null, changes: null, details: null, actor: null, suppressed: false };
}
