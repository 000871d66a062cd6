import { type Actor } from '../access/actor.js';
import { type JsonObject } from '../json.js';
import { type AuditTarget } from './audit-draft.js';

/**
 * Describes the audit entry of the running action. The audit module writes it in the transaction of the change. All
 * methods throw outside an audited action.
 */
export abstract class AuditTrail {
  abstract setTarget(target: AuditTarget): void;

  abstract setReason(reasonCode: string): void;

  abstract setChanges(before: JsonObject, after: JsonObject): void;

  abstract addDetails(details: JsonObject): void;

  /** For actions that identify the actor: a login, a refresh, an accepted invitation. */
  abstract setActor(actor: Actor): void;

  abstract suppress(): void;
}
