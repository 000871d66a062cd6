import { Injectable } from '@nestjs/common';
import { type ActorType, type JsonObject, NotFoundError, UnitOfWork } from '#libs/kernel';
import { type AuditAction } from './actions.js';
import { type EntryReach } from './entry-reach.js';
import { type EntryFilter, type EntryRange, selectOne, selectRange } from './entry-selection.js';
import { type AuditEntry, type AuditOutcome, type AuditTargetType } from './entry.js';

interface EntryRow {
  readonly id: string;
  readonly occurredAt: string;
  readonly action: AuditAction;
  readonly outcome: AuditOutcome;
  readonly actorType: ActorType;
  readonly actorId: string | null;
  readonly actorRoles: string[];
  readonly authenticatedBy: string | null;
  readonly sessionId: string | null;
  readonly targetType: AuditTargetType | null;
  readonly targetId: string | null;
  readonly targetVersion: number | null;
  readonly targetSha256: string | null;
  readonly targetOwnerId: string | null;
  readonly reasonCode: string | null;
  readonly requestId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly changes: { before: JsonObject; after: JsonObject } | null;
  readonly details: JsonObject | null;
}

/** Reads entries; what a reader may not see does not leave the database. */
@Injectable()
export class AuditEntriesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Throws `NotFoundError` for an entry that is not there and for one that is out of reach. */
  async get(id: string, reach: EntryReach): Promise<AuditEntry> {
    const reader = await this.uow.reader();
    const { text, values } = selectOne(id, reach);
    const [row] = await reader.query<EntryRow[]>(text, values);
    if (!row) throw new NotFoundError('There is no such entry');
    return toEntry(row);
  }

  /** At most `range.limit` entries, in the order of their identifiers. */
  async findRange(filter: EntryFilter, reach: EntryReach, range: EntryRange): Promise<AuditEntry[]> {
    const reader = await this.uow.reader();
    const { text, values } = selectRange(filter, reach, range);
    return (await reader.query<EntryRow[]>(text, values)).map(toEntry);
  }
}

function toEntry(row: EntryRow): AuditEntry {
  return {
    id: row.id,
    occurredAt: row.occurredAt,
    action: row.action,
    outcome: row.outcome,
    actor: {
      type: row.actorType,
      id: row.actorId,
      roles: row.actorRoles,
      authenticatedBy: row.authenticatedBy,
      sessionId: row.sessionId,
    },
    target:
      row.targetType === null || row.targetId === null
        ? null
        : {
            type: row.targetType,
            id: row.targetId,
            version: row.targetVersion,
            sha256: row.targetSha256,
            ownerId: row.targetOwnerId,
          },
    reasonCode: row.reasonCode,
    requestId: row.requestId,
    ip: row.ip,
    userAgent: row.userAgent,
    changes: row.changes,
    details: row.details,
  };
}
