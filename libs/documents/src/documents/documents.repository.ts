import { NotFoundError } from '#libs/kernel';
import { type Sql, UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';
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

/** What happened to a document; `transition` is null when there was nothing to change. */
export interface Change {
  readonly before: DocumentState;
  readonly after: DocumentState;
  readonly transition: Transition | null;
}

/** What is done to a document: the transition that it returned, or null when there is nothing to change. */
export type Decide = (document: Document) => Transition | null;

const LOCK = `SELECT FROM ${DOCUMENTS.name} WHERE id = $1 AND ($2::uuid IS NULL OR owner_id = $2) FOR UPDATE`;
const SELECT = `SELECT ${DOCUMENT_COLUMNS} FROM ${DOCUMENTS.name} d ${DOCUMENT_JOINS} WHERE d.id = $1`;

/** Documents for changes. Every change runs with the row locked, so changes of one document happen one after the other. */
@Injectable()
export class DocumentsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * Locks the document, lets `decide` change it, and saves the result with its history and decision. `visibleOwner` is the
   * one owner whose documents the caller may know; null means all. Throws `NotFoundError` for any other.
   */
  async update(id: string, visibleOwner: string | null, decide: Decide): Promise<Change> {
    const change = await this.updateLocked(LOCK, id, visibleOwner, decide);
    if (!change) throw new NotFoundError('There is no such document');
    return change;
  }

  /** Like `update`, but returns null at once while another transaction holds the document, or when it does not exist. */
  async updateUnlessLocked(id: string, decide: Decide): Promise<Change | null> {
    return this.updateLocked(`${LOCK} SKIP LOCKED`, id, null, decide);
  }

  /** A document that did not exist, with its first version and the beginning of its history. */
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
  ): Promise<Change | null> {
    // Both leave together. A second statement, because the first may see a version or decision older than the row it waited for.
    const [locked, [row]] = await Promise.all([
      this.uow.lock<object>(lock, [id, visibleOwner]),
      this.uow.lock<DocumentRow>(SELECT, [id]),
    ]);
    if (locked.length === 0 || !row) return null;
    const before = stateOf(row, (text) => new Date(text));
    const document = Document.restore(before);
    const transition = decide(document);
    if (transition) await this.save(transition);
    return { before, after: document.state, transition };
  }

  /** No update is lost: another history of the same revision would violate its primary key. */
  private async save(transition: Transition): Promise<void> {
    const { action, decision, to } = transition;
    if (action === 'version_added') await this.write(VERSIONS.insert(versionEntity(to)));
    if (decision) await this.write(DECISIONS.insert(decisionEntity(to, decision)));
    await this.write(DOCUMENTS.update(documentEntity(to)));
    await this.write(HISTORY.insert(historyEntity(transition)));
  }

  private async write({ text, values }: Sql): Promise<void> {
    await this.uow.write(text, values);
  }
}
