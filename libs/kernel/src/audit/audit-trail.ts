import { Injectable } from '@nestjs/common';
import { type Actor } from '../access/actor.js';
import { type JsonObject } from '../json.js';
import { currentExecution } from '../persistence/execution.js';

/** What an entry is about. `ownerId` is whose history it belongs to, when that is not the target itself. */
export interface AuditTarget {
  readonly type: 'document' | 'user' | 'session' | 'invitation' | 'audit_log';
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
  silent: boolean;
}

export function emptyDraft(): AuditDraft {
  return { target: null, reasonCode: null, changes: null, details: null, actor: null, silent: false };
}

/**
 * How a service says what the running audited action did. The entry itself is written by the audit module, in the
 * transaction of the change. Outside an audited action every method throws: nothing is described in vain.
 */
@Injectable()
export class AuditTrail {
  about(target: AuditTarget): void {
    currentExecution().draft.target = target;
  }

  because(reasonCode: string): void {
    currentExecution().draft.reasonCode = reasonCode;
  }

  changed(before: JsonObject, after: JsonObject): void {
    currentExecution().draft.changes = { before, after };
  }

  with(details: JsonObject): void {
    const { draft } = currentExecution();
    draft.details = { ...draft.details, ...details };
  }

  /** For actions that find out who acts: a login, a refresh, an accepted invitation. */
  actingAs(actor: Actor): void {
    currentExecution().draft.actor = actor;
  }

  silence(): void {
    currentExecution().draft.silent = true;
  }
}
