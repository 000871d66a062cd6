import { type Keyset, NotFoundError } from '#libs/kernel';
import { containing, UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';
import { type DocumentState, type Revocation, type ShownDocument } from '../domain/document-state.js';
import { type DocumentStatus } from '../domain/document-status.js';
import {
  DOCUMENT_COLUMNS,
  DOCUMENT_JOINS,
  type DocumentRow,
  DOCUMENTS,
  HISTORY,
  type HistoryRow,
  stateOf,
  VERSIONS,
} from './document.rows.js';

/** The filters of a list; a document must match all of them. Values are already validated. */
export interface DocumentFilter {
  readonly status?: readonly DocumentStatus[];
  readonly type?: string;
  readonly ownerId?: string;
  readonly sha256?: string;
  readonly q?: string;
  readonly createdFrom?: string;
  readonly createdTo?: string;
}

/** The last document of a page. `createdAt` has microseconds, because two rows may be only 1 µs apart. */
export type DocumentKeyset = Keyset & { readonly createdAt: string; readonly id: string };

const GET = `SELECT ${DOCUMENT_COLUMNS} FROM ${DOCUMENTS.name} d ${DOCUMENT_JOINS}
  WHERE d.id = $1 AND ($2::uuid IS NULL OR d.owner_id = $2)`;
const GET_OWNER = `SELECT owner_id FROM ${DOCUMENTS.name} WHERE id = $1 AND ($2::uuid IS NULL OR owner_id = $2)`;

const asText = (text: string): string => text;
const NONE: ReadonlyMap<string, Revocation<string>> = new Map();
const REVOCATIONS = `SELECT ${HISTORY.columns('h')} FROM unnest($1::uuid[], $2::integer[]) r (document_id, revision)
  JOIN ${HISTORY.name} h USING (document_id, revision) WHERE h.action = 'revoked'`;

/**
 * The most frequent reads: one statement each, with timestamps as text. `visibleOwner` is the owner whose documents the
 * reader may see; null means all owners. It is part of the WHERE, so no other document leaves the database.
 */
@Injectable()
export class DocumentReadsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Throws the same `NotFoundError` for a document that does not exist and for one that is not visible. */
  async get(id: string, visibleOwner: string | null): Promise<ShownDocument<string>> {
    return stateOf(await this.row(id, visibleOwner), asText);
  }

  /** The state for the domain object, without a lock: it may change at any time. Throws like `get`. */
  async getState(id: string, visibleOwner: string | null): Promise<DocumentState> {
    return stateOf(await this.row(id, visibleOwner), (text) => new Date(text));
  }

  private async row(id: string, visibleOwner: string | null): Promise<DocumentRow> {
    const [row] = await this.uow.lookUp<DocumentRow>(GET, [id, visibleOwner]);
    if (!row) throw new NotFoundError('There is no such document');
    return row;
  }

  /**
   * The revocations of the revoked ones among these documents, by document. Not joined, because few documents are revoked.
   * A history row never changes, so the second statement belongs to the same revision.
   */
  async revocationsOf(
    documents: ReadonlyArray<Pick<ShownDocument<string>, 'id' | 'status' | 'revision'>>,
  ): Promise<ReadonlyMap<string, Revocation<string>>> {
    const revoked = documents.filter(({ status }) => status === 'revoked');
    if (revoked.length === 0) return NONE;
    const rows = await this.uow.read<HistoryRow>(REVOCATIONS, [
      revoked.map(({ id }) => id),
      revoked.map(({ revision }) => revision),
    ]);
    return new Map(
      rows.map((row) => [
        row['h.documentId'],
        {
          by: String(row['h.actorId']),
          at: row['h.occurredAt'],
          reasonCode: row['h.reasonCode'],
          message: row['h.message'],
          note: row['h.note'],
        },
      ]),
    );
  }

  /** The owner of the document. Throws `NotFoundError` like `get`. */
  async getOwner(id: string, visibleOwner: string | null): Promise<string> {
    const [row] = await this.uow.lookUp<{ owner_id: string }>(GET_OWNER, [id, visibleOwner]);
    if (!row) throw new NotFoundError('There is no such document');
    return row.owner_id;
  }

  /** Newest first, with one row more than `limit` if there is a next page. */
  async list(
    filter: DocumentFilter,
    visibleOwner: string | null,
    after: DocumentKeyset | null,
    limit: number,
  ): Promise<Array<ShownDocument<string>>> {
    const { text, values } = listStatement(filter, visibleOwner, after, limit);
    // The best plan of a title search depends on how common the text is.
    const rows = await this.uow.read<DocumentRow>(text, values, { planEachTime: filter.q !== undefined });
    return rows.map((row) => stateOf(row, asText));
  }
}

/** The statement of a list. It contains only the requested conditions, so each combination has its own plan. */
export function listStatement(
  filter: DocumentFilter,
  visibleOwner: string | null,
  after: DocumentKeyset | null,
  limit: number,
): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const where = (value: unknown, condition: (parameter: string) => string): void => {
    if (value === undefined || value === null) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  where(visibleOwner, (p) => `d.owner_id = ${p}`);
  where(filter.ownerId, (p) => `d.owner_id = ${p}`);
  // With `=` on one status, the index on (status, created_at, id) also gives the order.
  const [status, ...others] = filter.status ?? [];
  if (others.length > 0) where(filter.status, (p) => `d.status = ANY (${p})`);
  else where(status, (p) => `d.status = ${p}`);
  where(filter.type, (p) => `d.type = ${p}`);
  where(
    filter.sha256,
    (p) => `d.id IN (SELECT w.document_id FROM ${VERSIONS.name} w WHERE w.sha256 = decode(${p}, 'hex'))`,
  );
  where(filter.q === undefined ? undefined : containing(filter.q), (p) => `d.title ILIKE ${p}`);
  where(filter.createdFrom, (p) => `d.created_at >= ${p}::timestamptz`);
  where(filter.createdTo, (p) => `d.created_at < ${p}::timestamptz`);
  where(
    after?.createdAt,
    (p) => `(d.created_at, d.id) < (${p}::timestamptz, $${values.push(after?.id)}::uuid)`,
  );
  // Not a parameter: with a parameter PostgreSQL plans for 10 % of all rows, and never keeps the plan.
  const rows = Math.trunc(limit) + 1;
  const page = `SELECT * FROM ${DOCUMENTS.name} d
    ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
    ORDER BY d.created_at DESC, d.id DESC LIMIT ${rows}`;
  // Select the page first and join afterwards: a search may match more rows than one page holds.
  const text = `SELECT ${DOCUMENT_COLUMNS} FROM (${page}) d ${DOCUMENT_JOINS}
    ORDER BY d.created_at DESC, d.id DESC`;
  return { text, values };
}
