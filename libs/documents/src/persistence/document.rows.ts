import { type Aliased, EntityTable } from '#libs/postgres';
import {
  type Decision,
  type DocumentState,
  type DocumentVersion,
  type HistoryItem,
  type Transition,
} from '../domain/document-state.js';
import { DecisionEntity } from '../entities/decision.entity.js';
import { DocumentEntity } from '../entities/document.entity.js';
import { HistoryEntity } from '../entities/history.entity.js';
import { VersionEntity } from '../entities/version.entity.js';

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

type VersionRow = Aliased<'v', VersionEntity>;
type DecisionRow = Aliased<'x', DecisionEntity>;
type Nullable<Row> = { [Column in keyof Row]: Row[Column] | null };
export type DocumentRow = Aliased<'d', DocumentEntity> & VersionRow & Nullable<DecisionRow>;

/** The state of a stored document; `time` converts RFC 3339 text to what the caller works with. */
export function stateOf<Time>(row: DocumentRow, time: (text: string) => Time): DocumentState<Time> {
  const { 'd.reviewerId': reviewerId, 'd.claimedUntil': claimedUntil, 'd.validUntil': validUntil } = row;
  return {
    id: row['d.id'],
    ownerId: row['d.ownerId'],
    title: row['d.title'],
    type: row['d.type'],
    metadata: row['d.metadata'],
    status: row['d.status'],
    version: versionOf(row, time),
    reviewRound: row['d.reviewRound'],
    claim: reviewerId === null || claimedUntil === null ? null : { reviewerId, until: time(claimedUntil) },
    barredReviewers: row['d.barredReviewers'],
    validUntil: validUntil === null ? null : time(validUntil),
    decision: row['x.id'] === null ? null : decisionOf(row as DecisionRow, time),
    revision: row['d.revision'],
    createdAt: time(row['d.createdAt']),
    updatedAt: time(row['d.updatedAt']),
  };
}

export function versionOf<Time>(row: VersionRow, time: (text: string) => Time): DocumentVersion<Time> {
  return {
    number: row['v.number'],
    sha256: row['v.sha256'],
    size: Number(row['v.size']),
    mediaType: row['v.mediaType'],
    fileName: row['v.fileName'],
    storageKey: row['v.storageKey'],
    uploadedBy: row['v.uploadedBy'],
    createdAt: time(row['v.createdAt']),
  };
}

export function decisionOf<Time>(row: DecisionRow, time: (text: string) => Time): Decision<Time> {
  return {
    id: row['x.id'],
    reviewRound: row['x.reviewRound'],
    versionNumber: row['x.versionNumber'],
    versionSha256: row['x.versionSha256'],
    outcome: row['x.outcome'],
    by: row['x.decidedBy'],
    at: time(row['x.decidedAt']),
    reasonCode: row['x.reasonCode'],
    message: row['x.message'],
    note: row['x.note'],
  };
}

export function historyItemOf(row: Aliased<'h', HistoryEntity>): HistoryItem {
  return {
    revision: row['h.revision'],
    action: row['h.action'],
    fromStatus: row['h.fromStatus'],
    toStatus: row['h.toStatus'],
    version: row['h.versionNumber'],
    by: row['h.actorId'],
    at: new Date(row['h.occurredAt']),
    reasonCode: row['h.reasonCode'],
    message: row['h.message'],
    note: row['h.note'],
    decisionId: row['h.decisionId'],
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
