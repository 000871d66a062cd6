import { type Keyset, NotFoundError } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';
import { type ShownDocument } from '../domain/document-state.js';
import { type DocumentStatus } from '../domain/document-status.js';
import { DOCUMENT_JOINS, SHOWN_COLUMNS, shownOf, type ShownRow } from './document.rows.js';

/** What a list shows; all of it must hold. Texts are already validated. */
export interface DocumentFilter {
  readonly status?: readonly DocumentStatus[];
  readonly type?: string;
  readonly ownerId?: string;
  readonly sha256?: string;
  readonly q?: string;
  readonly createdFrom?: string;
  readonly createdTo?: string;
}

/** Where a page of documents ends: to the microsecond, since rows may differ by no more. */
export type DocumentKeyset = Keyset & { readonly createdAt: string; readonly id: string };

const asText = (text: string): string => text;

/**
 * The reads that clients hammer: one statement each, columns by name, times as text. `onlyOf` is the one owner whose
 * documents the reader may know about; null is no limit. It is part of the WHERE, so nothing foreign ever leaves the
 * database.
 */
@Injectable()
export class DocumentReadsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Throws `NotFoundError` for what does not exist and for what is foreign, and nobody can tell which. */
  async get(id: string, onlyOf: string | null): Promise<ShownDocument<string>> {
    const [row] = await this.uow.lookUp<ShownRow>(
      `SELECT ${SHOWN_COLUMNS} FROM documents.documents d ${DOCUMENT_JOINS}
       WHERE d.id = $1 AND ($2::uuid IS NULL OR d.owner_id = $2)`,
      [id, onlyOf],
    );
    if (!row) throw new NotFoundError('There is no such document');
    return shownOf(row, asText);
  }

  /** Whose document it is. Throws `NotFoundError` as `get` does. */
  async getOwner(id: string, onlyOf: string | null): Promise<string> {
    const [row] = await this.uow.lookUp<{ owner_id: string }>(
      'SELECT owner_id FROM documents.documents WHERE id = $1 AND ($2::uuid IS NULL OR owner_id = $2)',
      [id, onlyOf],
    );
    if (!row) throw new NotFoundError('There is no such document');
    return row.owner_id;
  }

  /** Newest first, one row more than `limit` when there is a next page. */
  async list(
    filter: DocumentFilter,
    onlyOf: string | null,
    after: DocumentKeyset | null,
    limit: number,
  ): Promise<Array<ShownDocument<string>>> {
    const { text, values } = listStatement(filter, onlyOf, after, limit);
    // How a part of a title is best looked for depends on how common it is, so on the value.
    const rows = await this.uow.read<ShownRow>(text, values, { planAnew: filter.q !== undefined });
    return rows.map((row) => shownOf(row, asText));
  }
}

/** The statement of a list, made only of conditions that were asked for, so that each combination gets its own plan. */
export function listStatement(
  filter: DocumentFilter,
  onlyOf: string | null,
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
  where(onlyOf, (p) => `d.owner_id = ${p}`);
  where(filter.ownerId, (p) => `d.owner_id = ${p}`);
  // One status as `=` lets the index on (status, created_at, id) give the order too.
  const [status, ...others] = filter.status ?? [];
  if (others.length > 0) where(filter.status, (p) => `d.status = ANY (${p})`);
  else where(status, (p) => `d.status = ${p}`);
  where(filter.type, (p) => `d.type = ${p}`);
  where(
    filter.sha256,
    (p) => `d.id IN (SELECT w.document_id FROM documents.versions w WHERE w.sha256 = decode(${p}, 'hex'))`,
  );
  where(filter.q === undefined ? undefined : `%${escapeLike(filter.q)}%`, (p) => `d.title ILIKE ${p}`);
  where(filter.createdFrom, (p) => `d.created_at >= ${p}::timestamptz`);
  where(filter.createdTo, (p) => `d.created_at < ${p}::timestamptz`);
  where(
    after?.createdAt,
    (p) => `(d.created_at, d.id) < (${p}::timestamptz, $${values.push(after?.id)}::uuid)`,
  );
  // Not a parameter: PostgreSQL would plan for a tenth of all rows, and never keep the plan.
  const rows = Math.trunc(limit) + 1;
  const page = `SELECT * FROM documents.documents d
    ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
    ORDER BY d.created_at DESC, d.id DESC LIMIT ${rows}`;
  // The page first and then what belongs to it: a search may find more than fits on a page.
  const text = `SELECT ${SHOWN_COLUMNS} FROM (${page}) d ${DOCUMENT_JOINS}
    ORDER BY d.created_at DESC, d.id DESC`;
  return { text, values };
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
