import { NotFoundError, UnitOfWork, violatesNotNull } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { Document } from '../domain/document.js';
import { type Transition } from '../domain/document-state.js';
import { DOCUMENT_COLUMNS, DOCUMENT_JOINS, documentOf, type DocumentRow } from './document.rows.js';
import { ADD_VERSION, addedVersion, INSERT, inserted, SAVE, saved } from './transition.rows.js';

const DECIDED = new Set(['verified', 'rejected', 'changes_requested', 'expired', 'revoked']);

/** Documents for those who change them: locked from the first look until the end of the transaction. */
@Injectable()
export class DocumentsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * The document as it is now, after waiting for whoever held it. Throws `NotFoundError`; `onlyOf` is the one owner whose
   * documents the caller may know about, null for everybody's.
   */
  async getLocked(id: string, onlyOf: string | null): Promise<Document> {
    const document = await this.findLocked(id, onlyOf, '');
    if (!document) throw new NotFoundError('There is no such document');
    return document;
  }

  /** Like `getLocked`, but empty when somebody else holds it: they are about to change it anyway. */
  async findLockedOrSkip(id: string): Promise<Document | null> {
    return this.findLocked(id, null, 'SKIP LOCKED');
  }

  /** A document that did not exist, with its first version and the beginning of its history. */
  async insert(transition: Transition): Promise<void> {
    await this.uow.write(INSERT, inserted(transition));
  }

  /** What a verb did to a locked document: its row, its history and its decision change together. */
  async save(transition: Transition): Promise<void> {
    if (transition.action === 'version_added') await this.uow.write(ADD_VERSION, addedVersion(transition.to));
    await this.uow.write(SAVE, saved(transition), (error) =>
      violatesNotNull(error)
        ? new Error(`Document ${transition.to.id} was changed without its lock`, { cause: error })
        : error,
    );
  }

  private async findLocked(
    id: string,
    onlyOf: string | null,
    wait: '' | 'SKIP LOCKED',
  ): Promise<Document | null> {
    const [locked] = await this.uow.lock<DocumentRow>(
      `WITH d AS MATERIALIZED (
         SELECT * FROM documents.documents WHERE id = $1 AND ($2::uuid IS NULL OR owner_id = $2) FOR UPDATE ${wait})
       SELECT ${DOCUMENT_COLUMNS} FROM d ${DOCUMENT_JOINS}`,
      [id, onlyOf],
    );
    if (!locked) return null;
    // The lock waited for a row that names a version or a decision younger than the snapshot of this statement.
    const row = isWhole(locked) ? locked : await this.readAgain(id);
    return Document.restore(documentOf(row));
  }

  private async readAgain(id: string): Promise<DocumentRow> {
    const [row] = await this.uow.lock<DocumentRow>(
      `SELECT ${DOCUMENT_COLUMNS} FROM documents.documents d ${DOCUMENT_JOINS} WHERE d.id = $1`,
      [id],
    );
    if (!row || !isWhole(row)) throw new Error(`Document ${id} lacks its version or its decision`);
    return row;
  }
}

function isWhole(row: DocumentRow): boolean {
  return row.sha256 !== null && (row.decision_id !== null || !DECIDED.has(row.status));
}
