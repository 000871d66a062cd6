import { Injectable } from '@nestjs/common';
import { InternalError, translateDatabaseError, UnavailableError, UnitOfWork } from '#libs/kernel';
import { type AuditEntry } from './entry.js';

const COLUMNS = [
  'id',
  'occurred_at',
  'action',
  'outcome',
  'actor_type',
  'actor_id',
  'actor_roles',
  'authenticated_by',
  'session_id',
  'target_type',
  'target_id',
  'target_version',
  'target_sha256',
  'target_owner_id',
  'reason_code',
  'request_id',
  'ip',
  'user_agent',
  'changes',
  'details',
] as const;

/** Writes entries, and does nothing else to them. */
@Injectable()
export class AuditRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * Appends within the running transaction, in one statement. What goes wrong is never the client's fault: it is
   * `UnavailableError` when a retry may help, otherwise `InternalError`.
   */
  async append(entries: readonly AuditEntry[]): Promise<void> {
    const manager = await this.uow.manager();
    try {
      await manager.query(insertOf(entries.length), entries.flatMap(toValues));
    } catch (error) {
      const translated = translateDatabaseError(error);
      throw translated instanceof UnavailableError
        ? translated
        : new InternalError(undefined, { cause: error });
    }
  }
}

function insertOf(rows: number): string {
  const tuples = Array.from(
    { length: rows },
    (_, row) => `(${COLUMNS.map((_column, index) => `$${row * COLUMNS.length + index + 1}`).join(', ')})`,
  );
  return `INSERT INTO audit.entries (${COLUMNS.join(', ')}) VALUES ${tuples.join(', ')}`;
}

function toValues(entry: AuditEntry): unknown[] {
  const { actor, target } = entry;
  return [
    entry.id,
    entry.occurredAt,
    entry.action,
    entry.outcome,
    actor.type,
    actor.id,
    actor.roles,
    actor.authenticatedBy,
    actor.sessionId,
    target?.type ?? null,
    target?.id ?? null,
    target?.version ?? null,
    target?.sha256 ? Buffer.from(target.sha256, 'hex') : null,
    target?.ownerId ?? null,
    entry.reasonCode,
    entry.requestId,
    entry.ip,
    entry.userAgent,
    entry.changes && JSON.stringify(entry.changes),
    entry.details && JSON.stringify(entry.details),
  ];
}
