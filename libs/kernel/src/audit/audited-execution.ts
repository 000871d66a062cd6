import { type Actor } from '../access/actor.js';
import { type AuditAction } from './audit-names.js';

/**
 * Runs work as an audited action in its own transaction, with one entry: for jobs, and for work that must survive the
 * rollback of the request. Never joins a running transaction; do not call it while holding locks that `work` needs.
 */
export abstract class AuditedExecution {
  abstract run<T>(action: AuditAction, actor: Actor, work: () => Promise<T>): Promise<T>;
}
