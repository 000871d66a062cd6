import { NotFoundError } from '#libs/kernel';
import { OutdatedReadError, UnitOfWork, violatesNotNull } from '#libs/postgres';
import { Injectable } from '@nestjs/common';
import { Document } from '../domain/document.js';
import { type Transition } from '../domain/document-state.js';
import { ClaimedDocuments } from './claimed-documents.js';
import { DOCUMENT_COLUMNS, DOCUMENT_JOINS, documentOf, type DocumentRow } from './document.rows.js';
import { ADD_VERSION, addedVersion, INSERT, inserted, SAVE, saved } from './transition.rows.js';

const DECIDED = new Set(['verified', 'rejected', 'changes_requested', 'expired', 'revoked']);

/**
 * Documents for those who change them. A change is decided on a document that was read without a lock, and `save` finds out
 * whether it was still that one; if not, the unit of work is done again with the row locked from the first look on.
 *
 * Why that is safe under READ COMMITTED: the read is one statement, so what it sees is of one moment. All that a document
 * is, its version and its decision included, changes only together with its revision, which only rises. `SAVE` locks the
 * row, waiting for whoever holds it, and PostgreSQL compares the revision of the row as it is after that. If it is the one
 * that was read, nothing has changed since, and nothing can before this transaction ends: as with a lock from the
 * beginning. Otherwise nothing is kept, not even the audit entry.
 */
@Injectable()
export class DocumentsRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly claimed: ClaimedDocuments,
  ) {}

  /**
   * The document as a claim left it that was committed here, where the unit of work may rely on that and the caller may know
   * about it; null otherwise. Only good for a change to `save`: what is refused or left alone has to be looked at.
   */
  recallClaimed(id: string, onlyOf: string | null): Document | null {
    const state = this.claimed.recall(id);
    if (state === null || (onlyOf !== null && state.ownerId !== onlyOf)) return null;
    return this.uow.mayRelyOnReads() ? Document.restore(state) : null;
  }

  /**
   * The document as it is now, locked unless the unit of work may rely on reads. Throws `NotFoundError`; `onlyOf` is the one
   * owner whose documents the caller may know about, null for everybody's.
   */
  async getToChange(id: string, onlyOf: string | null): Promise<Document> {
    if (!this.uow.mayRelyOnReads()) return this.getLocked(id, onlyOf);
    const [row] = await this.uow.lookUp<DocumentRow>(
      `SELECT ${DOCUMENT_COLUMNS} FROM documents.documents d ${DOCUMENT_JOINS}
       WHERE d.id = $1 AND ($2::uuid IS NULL OR d.owner_id = $2)`,
      [id, onlyOf],
    );
    return documentFrom(row ?? null);
  }

  /** Like `getToChange`, but always locked, after waiting for whoever held it. */
  async getLocked(id: string, onlyOf: string | null): Promise<Document> {
    return documentFrom(await this.findLocked(id, onlyOf, ''));
  }

  /** Like `getLocked`, but empty when somebody else holds it: they are about to change it anyway. */
  async findLockedOrSkip(id: string): Promise<Document | null> {
    const row = await this.findLocked(id, null, 'SKIP LOCKED');
    return row && documentFrom(row);
  }

  /** A document that did not exist, with its first version and the beginning of its history. */
  async insert(transition: Transition): Promise<void> {
    await this.uow.write(INSERT, inserted(transition));
  }

  /**
   * What a verb did to a document: its row, its history and its decision change together. Makes the unit of work fail with
   * `OutdatedReadError` when the document is another by then.
   */
  async save(transition: Transition): Promise<void> {
    if (transition.action === 'version_added') await this.uow.write(ADD_VERSION, addedVersion(transition.to));
    await this.uow.write(SAVE, saved(transition), (error) =>
      violatesNotNull(error)
        ? new OutdatedReadError(`Document ${transition.to.id} was changed meanwhile`, { cause: error })
        : error,
    );
    this.uow.afterCommit(() => this.claimed.remember(transition.to));
  }

  private async findLocked(
    id: string,
    onlyOf: string | null,
    wait: '' | 'SKIP LOCKED',
  ): Promise<DocumentRow | null> {
    const [locked] = await this.uow.lock<DocumentRow>(
      `WITH d AS MATERIALIZED (
         SELECT * FROM documents.documents WHERE id = $1 AND ($2::uuid IS NULL OR owner_id = $2) FOR UPDATE ${wait})
       SELECT ${DOCUMENT_COLUMNS} FROM d ${DOCUMENT_JOINS}`,
      [id, onlyOf],
    );
    if (!locked) return null;
    // The lock waited for a row that names a version or a decision younger than the snapshot of this statement.
    return isWhole(locked) ? locked : this.readAgain(id);
  }

  private async readAgain(id: string): Promise<DocumentRow | null> {
    const [row] = await this.uow.lock<DocumentRow>(
      `SELECT ${DOCUMENT_COLUMNS} FROM documents.documents d ${DOCUMENT_JOINS} WHERE d.id = $1`,
      [id],
    );
    return row ?? null;
  }
}

function documentFrom(row: DocumentRow | null): Document {
  if (!row) throw new NotFoundError('There is no such document');
  if (!isWhole(row)) throw new Error(`Document ${row.id} lacks its version or its decision`);
  return Document.restore(documentOf(row));
}

function isWhole(row: DocumentRow): boolean {
  return row.sha256 !== null && (row.decision_id !== null || !DECIDED.has(row.status));
}
