import { Injectable } from '@nestjs/common';
import { InternalError, UnavailableError } from '#libs/kernel';
import { translateDatabaseError, UnitOfWork } from '#libs/postgres';
import { type AuditEntry } from '../entries/entry.js';
import { type Leaf, makeLeaf } from '../entries/leaf.js';

/** Columns for searching, and columns that the previous release reads. Never personal values: the leaf only commits to them. */
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
  'changes',
  'details',
  'leaf',
] as const;
const PERSONAL_COLUMNS = ['entry_id', 'salt', 'value'] as const;

/** The statements for one entry without and with personal values. */
const SINGLE_ENTRY = [statement(1, 0), statement(1, 1)] as const;

/** Inserts entries. */
@Injectable()
export class AuditEntryWriter {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * Inserts entries with their leaves and personal values in the running transaction, in one statement. A single entry is sent
   * without waiting for its result: an error fails the commit. All errors are server errors: `UnavailableError` when a retry
   * may help, otherwise `InternalError`.
   */
  async append(entries: readonly AuditEntry[]): Promise<void> {
    const leaves = entries.map(makeLeaf);
    const personal = entries.flatMap((entry, index) => personalValues(entry, leaves[index]));
    const rows = personal.length / PERSONAL_COLUMNS.length;
    const parameters = [...entries.flatMap((entry, index) => values(entry, leaves[index])), ...personal];
    const single = entries.length === 1 ? SINGLE_ENTRY[rows] : undefined;
    if (single !== undefined) {
      await this.uow.write(single, parameters, toServerError);
      return;
    }
    // The text depends on the number of entries, so a prepared statement is not worth its memory.
    const manager = await this.uow.manager();
    await manager.query(statement(entries.length, rows), parameters).catch((error: unknown) => {
      throw toServerError(error);
    });
  }
}

function toServerError(error: unknown): Error {
  const translated = translateDatabaseError(error);
  return translated instanceof UnavailableError ? translated : new InternalError(undefined, { cause: error });
}

function statement(entries: number, personal: number): string {
  const insert = `INSERT INTO audit.entries (${COLUMNS.join(', ')}) VALUES ${tuples(entries, COLUMNS.length, 0)}`;
  if (personal === 0) return insert;
  const personalTuples = tuples(personal, PERSONAL_COLUMNS.length, entries * COLUMNS.length);
  return `WITH entry AS (${insert})
    INSERT INTO audit.personal_values (${PERSONAL_COLUMNS.join(', ')}) VALUES ${personalTuples}`;
}

/** `rows` tuples of `columns` placeholders each, numbered from `offset` + 1. */
function tuples(rows: number, columns: number, offset: number): string {
  const placeholder = (row: number, column: number): string => `$${offset + row * columns + column + 1}`;
  return Array.from(
    { length: rows },
    (_row, row) =>
      `(${Array.from({ length: columns }, (_column, column) => placeholder(row, column)).join(', ')})`,
  ).join(', ');
}

function values(entry: AuditEntry, leaf: Leaf | undefined): unknown[] {
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
    entry.changes && JSON.stringify(entry.changes),
    entry.details && JSON.stringify(entry.details),
    leaf?.bytes,
  ];
}

function personalValues({ id }: AuditEntry, leaf: Leaf | undefined): unknown[] {
  return leaf?.personal ? [id, leaf.personal.salt, leaf.personal.value] : [];
}
