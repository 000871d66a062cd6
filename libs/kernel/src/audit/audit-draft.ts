import { type Actor } from '../access/actor.js';
import { type JsonObject } from '../json.js';
import { type AuditTargetType } from './audit-names.js';

/** The target of an audit entry. `ownerId` is the user whose history contains the entry. */
export interface AuditTarget {
  readonly type: AuditTargetType;
  readonly id: string;
  readonly version?: number;
  readonly sha256?: string;
  readonly ownerId?: string;
}

/** The draft of the audit entry that will be written with the change. */
export interface AuditDraft {
  target: AuditTarget | null;
  reasonCode: string | null;
  /** Only changed fields; the caller redacts personal values. */
  changes: { before: JsonObject; after: JsonObject } | null;
  details: JsonObject | null;
  /** Set by operations that identify the actor, such as login. */
  actor: Actor | null;
  /** Set if no entry is recorded, for example when a stored response is replayed. */
  suppressed: boolean;
}

export function emptyDraft(): AuditDraft {
  return { target: null, reasonCode: null, changes: null, details: null, actor: null, suppressed: false };
}
