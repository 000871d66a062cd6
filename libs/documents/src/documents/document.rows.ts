import { type Aliased, EntityTable } from '#libs/postgres';
import {
  type Decision,
  type DocumentState,
  type DocumentVersion,
  type HistoryItem,
  type Transition,
} from '../domain/document-state.js';
import { DecisionEntity } from './entities/decision.entity.js';
import { DocumentEntity } from './entities/document.entity.js';
import { HistoryEntity } from './entities/history.entity.js';
import { VersionEntity } from './entities/version.entity.js';

export const DOCUMENTS = new EntityTable(DocumentEntity);
export const VERSIONS = new EntityTable(VersionEntity);
export const DECISIONS = new EntityTable(DecisionEntity);
export const HISTORY = new EntityTable(HistoryEntity);

/** A document `d` with its current version `v` and the decision `x` of its review round. */
export const DOCUMENT_COLUMNS = [DOCUMENTS.columns('d'), VERSIONS.columns('v'), DECISIONS.columns('x')].join(
  ', ',
);
export const DOCUMENT_JOINS = `
  LEFT JOIN ${VERSIONS.name} v ON v.document_id = d.id AND v.number = d.current_version
  LEFT JOIN ${DECISIONS.name} x ON x.document_id = d.id AND x.review_round = d.review_round`;

export type VersionRow = Aliased<'v', VersionEntity>;
export type DecisionRow = Aliased<'x', DecisionEntity>;
export type HistoryRow = Aliased<'h', HistoryEntity>;
type Nullable<Row> = { [Column in keyof Row]: Row[Column] | null };
export type DocumentRow = Aliased<'d', DocumentEntity> & VersionRow & Nullable<DecisionRow>;

const readDocument = DOCUMENTS.reader('d', 'currentVersion', 'reviewerId', 'claimedUntil');
const readVersion = VERSIONS.reader('v', 'documentId');
const readDecision = DECISIONS.reader('x', 'documentId', 'decidedBy', 'decidedAt');
const readHistory = HISTORY.reader('h', 'documentId', 'versionNumber', 'actorId', 'occurredAt');

/** The state of a stored document; `time` converts RFC 3339 text to the type that the caller needs. */
export function stateOf<Time>(row: DocumentRow, time: (text: string) => Time): DocumentState<Time> {
  const { 'd.reviewerId': reviewerId, 'd.claimedUntil': claimedUntil } = row;
  return {
    ...readDocument(row, time),
    version: versionOf(row, time),
    claim: reviewerId === null || claimedUntil === null ? null : { reviewerId, until: time(claimedUntil) },
    decision: row['x.id'] === null ? null : decisionOf(row as DecisionRow, time),
  };
}

export function versionOf<Time>(row: VersionRow, time: (text: string) => Time): DocumentVersion<Time> {
  const version = readVersion(row, time);
  const { size, trailingBytes } = version;
  return {
    ...version,
    size: Number(size),
    trailingBytes: trailingBytes === null ? null : Number(trailingBytes),
  };
}

export function decisionOf<Time>(row: DecisionRow, time: (text: string) => Time): Decision<Time> {
  return { ...readDecision(row, time), by: row['x.decidedBy'], at: time(row['x.decidedAt']) };
}

export function historyItemOf(row: HistoryRow): HistoryItem {
  const time = (text: string): Date => new Date(text);
  return {
    ...readHistory(row, time),
    version: row['h.versionNumber'],
    by: row['h.actorId'],
    at: time(row['h.occurredAt']),
  };
}

export function documentEntity({ version, claim, decision: _, ...state }: DocumentState): DocumentEntity {
  return {
    ...state,
    currentVersion: version.number,
    reviewerId: claim?.reviewerId ?? null,
    claimedUntil: claim?.until ?? null,
    barredReviewers: [...state.barredReviewers],
  };
}

export function versionEntity({ id, version }: DocumentState): VersionEntity {
  return {
    ...version,
    documentId: id,
    sha256: Buffer.from(version.sha256, 'hex'),
    size: String(version.size),
    trailingBytes: version.trailingBytes === null ? null : String(version.trailingBytes),
  };
}

export function decisionEntity({ id }: DocumentState, { by, at, ...decision }: Decision): DecisionEntity {
  return {
    ...decision,
    documentId: id,
    versionSha256: Buffer.from(decision.versionSha256, 'hex'),
    decidedBy: by,
    decidedAt: at,
  };
}

export function historyEntity({ action, at, by, decision, from, reason, to }: Transition): HistoryEntity {
  return {
    documentId: to.id,
    revision: to.revision,
    action,
    fromStatus: from,
    toStatus: to.status,
    versionNumber: to.version.number,
    actorId: by,
    occurredAt: at,
    reasonCode: reason.code,
    message: reason.message,
    note: reason.note,
    decisionId: decision?.id ?? null,
  };
}
