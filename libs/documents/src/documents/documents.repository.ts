import { NotFoundError } from '#libs/kernel';
import { type Sql, UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';
import { type Caller } from '../domain/caller-actions.js';
import { Document } from '../domain/document.js';
import { type DocumentState, type Transition } from '../domain/document-state.js';
import {
  DECISIONS,
  decisionEntity,
  DOCUMENT_COLUMNS,
  DOCUMENT_JOINS,
  documentEntity,
  type DocumentRow,
  DOCUMENTS,
  HISTORY,
  historyEntity,
  stateOf,
  VERSIONS,
  versionEntity,
} from './document.rows.js';

/** The result of a change; `transition` is null if there was nothing to change. */
export interface Change {
  readonly before: DocumentState;
  readonly after: DocumentState;
  readonly transition: Transition | null;
}

/** Changes the domain object and returns its transition, or null if there is nothing to change. */
export type Decide = (document: Document) => Transition | null | Promise<Transition | null>;

const LOCK = `SELECT FROM ${DOCUMENTS.name} WHERE id = $1 AND ($2::uuid IS NULL OR owner_id = $2) FOR UPDATE`;
const SELECT = `SELECT ${DOCUMENT_COLUMNS} FROM ${DOCUMENTS.name} d ${DOCUMENT_JOINS} WHERE d.id = $1`;

/** Writes documents. Every change locks the row, so changes of one document run one after the other. */
@Injectable()
export class DocumentsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * Locks the document, lets `decide` change it, and saves the result with its history and decision. `visibleOwner` is the
   * owner whose documents the caller may see; null means all owners. Throws `NotFoundError` for any other document.
   * `permits` states what the roles of the caller allow.
   */
  async update(
    id: string,
    visibleOwner: string | null,
    decide: Decide,
    permits?: Caller['permits'],
  ): Promise<Change> {
    const change = await this.updateLocked(LOCK, id, visibleOwner, decide, permits);
    if (!change) throw new NotFoundError('There is no such document');
    return change;
  }

  /** Like `update`, but returns null immediately if another transaction has locked the document or it does not exist. */
  async updateUnlessLocked(id: string, decide: Decide): Promise<Change | null> {
    return this.updateLocked(`${LOCK} SKIP LOCKED`, id, null, decide);
  }

  /** Inserts a new document with its first version and its first history row. */
  async insert(transition: Transition): Promise<void> {
    await this.write(DOCUMENTS.insert(documentEntity(transition.to)));
    await this.write(VERSIONS.insert(versionEntity(transition.to)));
    await this.write(HISTORY.insert(historyEntity(transition)));
  }

  private async updateLocked(
    lock: string,
    id: string,
    visibleOwner: string | null,
    decide: Decide,
    permits?: Caller['permits'],
  ): Promise<Change | null> {
    // Sent in one round trip. Two statements, because the locking one may see a version or decision older than the row it waited for.
    const [locked, [row]] = await Promise.all([
      this.uow.lock<object>(lock, [id, visibleOwner]),
      this.uow.lock<DocumentRow>(SELECT, [id]),
    ]);
    if (locked.length === 0 || !row) return null;
    const before = stateOf(row, (text) => new Date(text));
    const document = Document.restore(before, permits);
    const transition = await decide(document);
    if (transition) await this.save(before, transition);
    return { before, after: document.state, transition };
  }

  /** A lost update is impossible: a second history row with the same revision violates the primary key. */
  private async save({ revision }: DocumentState, transition: Transition): Promise<void> {
    const { action, decision, to } = transition;
    if (action === 'version_added') await this.write(VERSIONS.insert(versionEntity(to)));
    if (decision) await this.write(DECISIONS.insert(decisionEntity(to, decision)));
    await this.write(DOCUMENTS.update(documentEntity(to)));
    // The extension of a claim makes no revision.
    if (to.revision > revision) await this.write(HISTORY.insert(historyEntity(transition)));
  }

  private async write({ text, values }: Sql): Promise<void> {
    await this.uow.write(text, values);
  }
}
