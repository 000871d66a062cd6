import { Injectable } from '@nestjs/common';
import { type Actor } from '../access/actor.js';
import { type JsonObject } from '../json.js';
import { type AuditTarget } from './audit-draft.js';
import { currentExecution } from '../persistence/execution.js';

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
