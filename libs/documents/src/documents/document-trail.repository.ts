import { NotFoundError } from '#libs/kernel';
import { type EntityTable, UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';
import { type Decision, type DocumentVersion, type HistoryItem } from '../domain/document-state.js';
import {
  type DecisionRow,
  DECISIONS,
  decisionOf,
  HISTORY,
  historyItemOf,
  type HistoryRow,
  type VersionRow,
  VERSIONS,
  versionOf,
} from './document.rows.js';

/** More than any version, round or revision. */
const NEWEST = 2 ** 31 - 1;

const asDate = (text: string): Date => new Date(text);

/** The newest rows of a document below a number that the document itself gave out, so that no clock decides the order. */
function newestBelow<E extends object>(table: EntityTable<E>, alias: string, number: string): string {
  return `SELECT ${table.columns(alias)} FROM ${table.name} ${alias}
    WHERE ${alias}.document_id = $1 AND ${alias}.${number} < $2 ORDER BY ${alias}.${number} DESC LIMIT $3`;
}

const NEWEST_VERSIONS = newestBelow(VERSIONS, 'v', 'number');
const NEWEST_DECISIONS = newestBelow(DECISIONS, 'x', 'review_round');
const NEWEST_HISTORY = newestBelow(HISTORY, 'h', 'revision');

/**
 * The versions, decisions and history of a document, newest first, with one row more than `limit` when there are more.
 * Callers make sure that the reader may know the document.
 */
@Injectable()
export class DocumentTrailRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async versions(documentId: string, below: number, limit: number): Promise<DocumentVersion[]> {
    const values = [documentId, below, limit + 1];
    const rows = await this.uow.read<VersionRow>(NEWEST_VERSIONS, values);
    return rows.map((row) => versionOf(row, asDate));
  }

  async decisions(documentId: string, below: number, limit: number): Promise<Decision[]> {
    return this.newestDecisions(documentId, below, limit + 1);
  }

  async findNewestDecision(documentId: string): Promise<Decision | null> {
    const [decision] = await this.newestDecisions(documentId, NEWEST, 1);
    return decision ?? null;
  }

  /** Throws `NotFoundError` unless this decision was made about this document. */
  async requireDecision(documentId: string, id: string): Promise<void> {
    const rows = await this.uow.read(`SELECT FROM ${DECISIONS.name} WHERE document_id = $1 AND id = $2`, [
      documentId,
      id,
    ]);
    if (rows.length === 0) throw new NotFoundError('There is no such decision about this document');
  }

  async history(documentId: string, below: number, limit: number): Promise<HistoryItem[]> {
    const values = [documentId, below, limit + 1];
    const rows = await this.uow.read<HistoryRow>(NEWEST_HISTORY, values);
    return rows.map(historyItemOf);
  }

  private async newestDecisions(documentId: string, below: number, rows: number): Promise<Decision[]> {
    const found = await this.uow.read<DecisionRow>(NEWEST_DECISIONS, [documentId, below, rows]);
    return found.map((row) => decisionOf(row, asDate));
  }
}
