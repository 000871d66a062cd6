import { Injectable } from '@nestjs/common';
import { type Actor, type AuditTarget, AuditTrail, type JsonObject } from '#libs/kernel';
import { currentExecution } from './execution.js';

/** The audit trail of the running unit of work: what is said is kept in its draft. */
@Injectable()
export class UnitOfWorkTrail extends AuditTrail {
  override about(target: AuditTarget): void {
    currentExecution().draft.target = target;
  }

  override because(reasonCode: string): void {
    currentExecution().draft.reasonCode = reasonCode;
  }

  override changed(before: JsonObject, after: JsonObject): void {
    currentExecution().draft.changes = { before, after };
  }

  override with(details: JsonObject): void {
    const { draft } = currentExecution();
    draft.details = { ...draft.details, ...details };
  }

  override actingAs(actor: Actor): void {
    currentExecution().draft.actor = actor;
  }

  override silence(): void {
    currentExecution().draft.silent = true;
  }
}
