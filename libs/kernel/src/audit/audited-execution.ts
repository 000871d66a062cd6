import { type Actor } from '../access/actor.js';
import { type AuditAction } from './audit-names.js';

/**
 * Runs work that no request asked for, or that must outlive the request's rollback, as an audited action: its own
 * transaction, one entry in it, committed together or not at all. Implemented by the audit module.
 * Never joins a running transaction; do not call it while holding locks that `work` needs.
 */
export abstract class AuditedExecution {
  abstract run<T>(action: AuditAction, actor: Actor, work: () => Promise<T>): Promise<T>;
}
