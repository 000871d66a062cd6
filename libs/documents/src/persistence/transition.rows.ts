import { type DocumentState, type Transition } from '../domain/document-state.js';

const VERSION_COLUMNS =
  'document_id, number, sha256, size, media_type, file_name, storage_key, uploaded_by, created_at';

/** A version of a document that is there. */
export const ADD_VERSION = `
  INSERT INTO documents.versions (${VERSION_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

/** The parameters of `ADD_VERSION`. */
export function addedVersion({ id, version }: DocumentState): unknown[] {
  return [
    id,
    version.number,
    Buffer.from(version.sha256, 'hex'),
    version.size,
    version.mediaType,
    version.fileName,
    version.storageKey,
    version.uploadedBy,
    version.createdAt,
  ];
}

/** A document that did not exist, with its first version and the beginning of its history, in one statement. */
export const INSERT = `
  WITH version AS (${ADD_VERSION}),
  document AS (
    INSERT INTO documents.documents (id, current_version, owner_id, title, type, metadata, status, review_round, reviewer_id,
      claimed_until, barred_reviewers, valid_until, revision, created_at, updated_at)
    VALUES ($1, $2, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22))
  INSERT INTO documents.history (document_id, version_number, to_status, revision, action, from_status, actor_id, occurred_at,
    reason_code, message, note, decision_id)
  VALUES ($1, $2, $14, $20, $23, $24, $25, $26, $27, $28, $29, $30)`;

/** The parameters of `INSERT`. */
export function inserted({ action, at, by, decision, from, reason, to }: Transition): unknown[] {
  return [
    ...addedVersion(to),
    to.ownerId,
    to.title,
    to.type,
    JSON.stringify(to.metadata),
    to.status,
    to.reviewRound,
    to.claim?.reviewerId ?? null,
    to.claim?.until ?? null,
    to.barredReviewers,
    to.validUntil,
    to.revision,
    to.createdAt,
    to.updatedAt,
    action,
    from,
    by,
    at,
    reason.code,
    reason.message,
    reason.note,
    decision?.id ?? null,
  ];
}

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
