import { hash } from 'node:crypto';

/** A document with its current version and the decision of its round. Times have the driver's types. */
export const COLUMNS = `
  d.id, d.owner_id, d.title, d.type, d.metadata, d.status, d.review_round, d.reviewer_id, d.claimed_until, d.valid_until,
  d.revision, d.created_at, d.updated_at,
  v.number, encode(v.sha256, 'hex') AS sha256, v.size, v.media_type, v.file_name, v.storage_key,
  x.id AS decision_id, x.version_number, encode(x.version_sha256, 'hex') AS version_sha256, x.outcome, x.decided_by,
  x.decided_at, x.reason_code, x.message, x.note`;

export const JOINS = `
  LEFT JOIN documents.versions v ON v.document_id = d.id AND v.number = d.current_version
  LEFT JOIN documents.decisions x ON x.document_id = d.id AND x.review_round = d.review_round`;

/** The document as a client sees it; `revocation` is the one of a revoked document. */
export function viewOf(row, revocation = null) {
  const view = {
    id: row.id,
    ownerId: row.owner_id,
    title: row.title,
    type: row.type,
    metadata: row.metadata,
    status: row.status,
    version: row.number,
    sha256: row.sha256,
    size: Number(row.size),
    mediaType: row.media_type,
    fileName: row.file_name,
    claim: row.reviewer_id === null ? null : { reviewerId: row.reviewer_id, claimedUntil: row.claimed_until },
    validUntil: row.valid_until,
    decision:
      row.decision_id === null
        ? null
        : {
            id: row.decision_id,
            reviewRound: row.review_round,
            outcome: row.outcome,
            by: row.decided_by,
            at: row.decided_at,
            version: row.version_number,
            versionSha256: row.version_sha256,
            reasonCode: row.reason_code,
            message: row.message,
            note: row.note,
          },
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
  const tagged = {
    ...view,
    claim: view.claim && view.claim.reviewerId,
    metadata: Object.entries(view.metadata).sort(([one], [other]) => (one < other ? -1 : 1)),
  };
  const digest = hash('sha256', JSON.stringify(tagged), 'base64url').slice(0, 22);
  return { ...view, revocation, etag: `"${view.revision}-${digest}"` };
}
