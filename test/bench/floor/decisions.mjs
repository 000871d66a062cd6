import { v7 } from 'uuid';
import { AUDIT_COLUMNS, originOf, stamp } from './audit.mjs';
import { query } from './database.mjs';
import { viewOf } from './document.mjs';

const LEASE_MS = 900_000;

// Each in one round trip: it locks and changes the row, and inserts its history, its decision and its audit row.
const LOCKED = `
  WITH d AS MATERIALIZED (SELECT * FROM documents.documents WHERE id = $1 FOR UPDATE),
  v AS (SELECT v.* FROM documents.versions v JOIN d ON v.document_id = d.id AND v.number = d.current_version)`;
const audited = (action, session, after, details) => `
  audited AS (
    INSERT INTO audit.entries (${AUDIT_COLUMNS})
    SELECT $3, $4, '${action}', 'succeeded', 'user', $2, '{verifier}', 'password', ${session}::uuid, 'document',
      c.id::text, v.number, v.sha256, c.owner_id, $5, $6, $7,
      jsonb_build_object('before', jsonb_build_object('status', c.before, 'revision', c.revision - 1),
        'after', jsonb_build_object('status', c.status, 'revision', c.revision${after})), ${details}
    FROM changed c, v)`;
const RESULT = `c.id, c.owner_id, c.title, c.type, c.metadata, c.status, c.review_round, c.reviewer_id, c.claimed_until,
  c.valid_until, c.revision, c.created_at, c.updated_at, v.number, encode(v.sha256, 'hex') AS sha256, v.size, v.media_type,
  v.file_name`;

const CLAIM = `${LOCKED},
  changed AS (
    UPDATE documents.documents t SET status = 'in_review', reviewer_id = $2, claimed_until = $8, revision = d.revision + 1,
      updated_at = $4
    FROM d WHERE t.id = d.id AND d.status = 'pending' AND d.owner_id <> $2
    RETURNING t.*, d.status AS before),
  history AS (
    INSERT INTO documents.history (document_id, revision, action, from_status, to_status, version_number, actor_id,
      occurred_at)
    SELECT id, revision, 'claimed', before, status, current_version, $2, $4 FROM changed),
  ${audited('document.claimed', '$9', ", 'reviewerId', c.reviewer_id, 'claimedUntil', c.claimed_until", 'NULL::jsonb')}
  SELECT ${RESULT}, NULL AS decision_id FROM changed c, v`;

const VERIFY = `${LOCKED},
  changed AS (
    UPDATE documents.documents t SET status = 'verified', reviewer_id = NULL, claimed_until = NULL,
      revision = d.revision + 1, updated_at = $4
    FROM d WHERE t.id = d.id AND d.status IN ('pending', 'in_review') AND d.owner_id <> $2
      AND (d.reviewer_id IS NULL OR d.reviewer_id = $2)
      AND EXISTS (SELECT FROM documents.deliveries r JOIN v USING (document_id, sha256)
        WHERE r.reader_id = $2 AND r.delivered_at IS NOT NULL)
    RETURNING t.*, d.status AS before),
  decided AS (
    INSERT INTO documents.decisions (id, document_id, review_round, version_number, version_sha256, outcome, decided_by,
      decided_at)
    SELECT $8, c.id, c.review_round, v.number, v.sha256, 'verified', $2, $4 FROM changed c, v),
  history AS (
    INSERT INTO documents.history (document_id, revision, action, from_status, to_status, version_number, actor_id,
      occurred_at, decision_id)
    SELECT id, revision, 'verified', before, status, current_version, $2, $4, $8 FROM changed),
  ${audited('document.verified', '$9', '', "jsonb_build_object('decisionId', $8::uuid)")}
  SELECT ${RESULT}, $8::uuid AS decision_id, v.number AS version_number, encode(v.sha256, 'hex') AS version_sha256,
    'verified' AS outcome, $2::uuid AS decided_by, c.updated_at AS decided_at, NULL AS reason_code, NULL AS message,
    NULL AS note
  FROM changed c, v`;

/** Null if the document does not exist or its status does not allow it. */
export async function claim(id, claims, request) {
  const { id: entryId, at } = stamp();
  const until = new Date(at.getTime() + LEASE_MS);
  const values = [id, claims.sub, entryId, at, ...originOf(request), until, claims.sid];
  const { rows } = await query('claim', CLAIM, values);
  return rows.length === 0 ? null : viewOf(rows[0]);
}

/** Null if the document does not exist or its status does not allow it. */
export async function verifyDocument(id, claims, request) {
  const { id: entryId, at } = stamp();
  const values = [id, claims.sub, entryId, at, ...originOf(request), v7({ msecs: at.getTime() }), claims.sid];
  const { rows } = await query('verify', VERIFY, values);
  return rows.length === 0 ? null : viewOf(rows[0]);
}
