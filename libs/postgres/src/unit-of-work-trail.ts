import { Injectable } from '@nestjs/common';
import { type Actor, type AuditTarget, AuditTrail, type JsonObject } from '#libs/kernel';
import { currentExecution } from './execution.js';

/** Collects the audit entry in the draft of the running unit of work. */
@Injectable()
export class UnitOfWorkTrail extends AuditTrail {
  override setTarget(target: AuditTarget): void {
    currentExecution().draft.target = target;
  }

  override setReason(reasonCode: string): void {
    currentExecution().draft.reasonCode = reasonCode;
  }

  override setChanges(before: JsonObject, after: JsonObject): void {
    currentExecution().draft.changes = { before, after };
  }

  override addDetails(details: JsonObject): void {
    const { draft } = currentExecution();
    draft.details = { ...draft.details, ...details };
  }

  override setActor(actor: Actor): void {
    currentExecution().draft.actor = actor;
  }

  override suppress(): void {
    currentExecution().draft.suppressed = true;
  }
}
