import { type Actor } from '../access/actor.js';
import { type JsonObject } from '../json.js';
import { type AuditTarget } from './audit-draft.js';

/**
 * How a service says what the running audited action did. The entry itself is written by the audit module, in the
 * transaction of the change. Outside an audited action every method throws: nothing is described in vain. Implemented
 * where units of work run.
 */
export abstract class AuditTrail {
  abstract setTarget(target: AuditTarget): void;

  abstract setReason(reasonCode: string): void;

  abstract setChanges(before: JsonObject, after: JsonObject): void;

  abstract addDetails(details: JsonObject): void;

  /** For actions that find out who acts: a login, a refresh, an accepted invitation. */
  abstract setActor(actor: Actor): void;

  abstract suppress(): void;
}
