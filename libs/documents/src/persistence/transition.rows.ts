import { type DocumentState, type Transition } from '../domain/document-state.js';
import { type DocumentEntity } from '../entities/document.entity.js';
import { type HistoryEntity } from '../entities/history.entity.js';
import { type VersionEntity } from '../entities/version.entity.js';

/**
 * One transition in one statement. It fails unless the row is still at the revision before: without one its history would
 * belong to no document, which its columns do not allow. So a history can have no gap and no fork.
 */
export const SAVE = `
  WITH changed AS (
    UPDATE documents.documents
    SET title = $2, type = $3, metadata = $4, status = $5, current_version = $6, review_round = $7, reviewer_id = $8,
        claimed_until = $9, barred_reviewers = $10, valid_until = $11, revision = $12, updated_at = $13
    WHERE id = $1 AND revision = $12 - 1
    RETURNING id, current_version, review_round, revision, updated_at),
  decided AS (
    INSERT INTO documents.decisions (id, document_id, review_round, version_number, version_sha256, outcome, decided_by,
      decided_at, reason_code, message, note)
    SELECT $20, id, review_round, current_version, $21, $14, $16, updated_at, $17, $18, $19
    FROM changed WHERE $20::uuid IS NOT NULL)
  INSERT INTO documents.history (document_id, revision, action, from_status, to_status, version_number, actor_id,
    occurred_at, reason_code, message, note, decision_id)
  SELECT id, revision, $14, $15, $5, current_version, $16, updated_at, $17, $18, $19, $20
  FROM (VALUES (true)) AS exactly_once LEFT JOIN changed ON true`;

/** The parameters of `SAVE`. */
export function saved(transition: Transition): unknown[] {
  const { action, by, decision, from, reason, to } = transition;
  return [
    to.id,
    to.title,
    to.type,
    JSON.stringify(to.metadata),
    to.status,
    to.version.number,
    to.reviewRound,
    to.claim?.reviewerId ?? null,
    to.claim?.until ?? null,
    to.barredReviewers,
    to.validUntil,
    to.revision,
    to.updatedAt,
    action,
    from,
    by,
    reason.code,
    reason.message,
    reason.note,
    decision?.id ?? null,
    decision ? Buffer.from(decision.versionSha256, 'hex') : null,
  ];
}

export function documentRow(to: DocumentState): DocumentEntity {
  return {
    id: to.id,
    ownerId: to.ownerId,
    title: to.title,
    type: to.type,
    metadata: to.metadata,
    status: to.status,
    currentVersion: to.version.number,
    reviewRound: to.reviewRound,
    reviewerId: to.claim?.reviewerId ?? null,
    claimedUntil: to.claim?.until ?? null,
    barredReviewers: [...to.barredReviewers],
    validUntil: to.validUntil,
    revision: to.revision,
    createdAt: to.createdAt,
    updatedAt: to.updatedAt,
  };
}

export function versionRow({ id, version }: DocumentState): VersionEntity {
  return {
    documentId: id,
    number: version.number,
    sha256: Buffer.from(version.sha256, 'hex'),
    size: String(version.size),
    mediaType: version.mediaType,
    fileName: version.fileName,
    storageKey: version.storageKey,
    uploadedBy: version.uploadedBy,
    createdAt: version.createdAt,
  };
}

export function historyRow({ action, at, by, decision, from, reason, to }: Transition): HistoryEntity {
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
