import { product } from '#libs/declarations';
import {
  type Actor,
  type ActorType,
  type AuditAction,
  type AuditDraft,
  type AuditTargetType,
  type JsonObject,
} from '#libs/kernel';
import { boundedJson, plainText } from './entry-values.js';

export const AUDIT_OUTCOMES = ['succeeded', 'denied', 'failed'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** The identifier and time of an entry. The identifier contains the same time, with millisecond precision. */
export interface EntryStamp {
  readonly id: string;
  /** RFC 3339, UTC, three decimals. */
  readonly occurredAt: string;
}

/** The request that caused an entry; all null for background work. */
export interface Origin {
  readonly requestId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

export const NO_ORIGIN: Origin = { requestId: null, ip: null, userAgent: null };

/** One complete entry of the log. JSON represents it without loss. */
export interface AuditEntry extends EntryStamp, Origin {
  readonly action: AuditAction;
  readonly outcome: AuditOutcome;
  readonly actor: {
    readonly type: ActorType;
    readonly id: string | null;
    readonly roles: readonly string[];
    readonly authenticatedBy: string | null;
    readonly sessionId: string | null;
  };
  readonly target: {
    readonly type: AuditTargetType;
    readonly id: string;
    readonly version: number | null;
    readonly sha256: string | null;
    readonly ownerId: string | null;
  } | null;
  readonly reasonCode: string | null;
  readonly changes: { readonly before: JsonObject; readonly after: JsonObject } | null;
  readonly details: JsonObject | null;
}

/** An event to record. */
export interface Occurrence {
  readonly action: AuditAction;
  readonly outcome: AuditOutcome;
  readonly actor: Actor;
  readonly origin: Origin;
  readonly draft: AuditDraft;
}

const MAX_USER_AGENT = 256;
const MAX_TEXT = 200;

/**
 * Creates the entry of an occurrence; a pure function. Omits the changes of a refused or failed action. Throws for an action
 * that no module declares, so that the transaction of the change fails too.
 */
export function toEntry(
  stamp: EntryStamp,
  { action, outcome, actor, origin, draft }: Occurrence,
): AuditEntry {
  if (!product().auditActions.has(action)) throw new Error(`No module declares the audit action ${action}`);
  const who = draft.actor ?? actor;
  return {
    id: stamp.id,
    occurredAt: stamp.occurredAt,
    action,
    outcome,
    actor: {
      type: who.type,
      id: who.id,
      roles: [...who.roles].sort(),
      authenticatedBy: who.authenticatedBy,
      sessionId: who.sessionId,
    },
    target: targetOf(draft),
    reasonCode: draft.reasonCode,
    requestId: origin.requestId === null ? null : plainText(origin.requestId, MAX_TEXT),
    ip: origin.ip === null ? null : plainText(origin.ip, MAX_TEXT),
    userAgent: origin.userAgent === null ? null : plainText(origin.userAgent, MAX_USER_AGENT),
    changes:
      draft.changes && outcome === 'succeeded'
        ? { before: boundedJson(draft.changes.before), after: boundedJson(draft.changes.after) }
        : null,
    details: draft.details && boundedJson(draft.details),
  };
}

function targetOf({ target }: AuditDraft): AuditEntry['target'] {
  if (!target) return null;
  return {
    type: target.type,
    id: target.id,
    version: target.version ?? null,
    sha256: target.sha256 ?? null,
    // An entry about an account belongs to the history of its holder.
    ownerId: target.ownerId ?? (target.type === 'user' ? target.id : null),
  };
}
