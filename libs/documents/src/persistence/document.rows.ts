import { type DecisionOutcome, type DocumentState, type ShownDocument } from '../domain/document-state.js';
import { type DocumentStatus } from '../domain/document-status.js';

/** What is shown of a document, read in one statement: its row `d`, its current version `v`, the decision of its round `x`. */
export const SHOWN_COLUMNS = `
  d.id, d.owner_id, d.title, d.type, d.metadata, d.status, d.review_round, d.reviewer_id, d.revision,
  d.claimed_until, d.valid_until, d.created_at, d.updated_at,
  v.number, encode(v.sha256, 'hex') AS sha256, v.size, v.media_type, v.file_name,
  x.id AS decision_id, x.version_number, encode(x.version_sha256, 'hex') AS version_sha256, x.outcome, x.decided_by,
  x.decided_at, x.reason_code, x.message, x.note`;

/** All that a document is, for whoever changes it. */
export const DOCUMENT_COLUMNS = `${SHOWN_COLUMNS},
  d.barred_reviewers, v.storage_key, v.uploaded_by, v.created_at AS uploaded_at`;

export const DOCUMENT_JOINS = `
  LEFT JOIN documents.versions v ON v.document_id = d.id AND v.number = d.current_version
  LEFT JOIN documents.decisions x ON x.document_id = d.id AND x.review_round = d.review_round`;

/** What `SHOWN_COLUMNS` give. */
export interface ShownRow {
  id: string;
  owner_id: string;
  title: string;
  type: string;
  metadata: Record<string, string>;
  status: DocumentStatus;
  review_round: number;
  reviewer_id: string | null;
  revision: number;
  claimed_until: string | null;
  valid_until: string | null;
  created_at: string;
  updated_at: string;
  number: number;
  sha256: string;
  size: string;
  media_type: string;
  file_name: string;
  decision_id: string | null;
  version_number: number;
  version_sha256: string;
  outcome: DecisionOutcome;
  decided_by: string;
  decided_at: string;
  reason_code: string | null;
  message: string | null;
  note: string | null;
}

/** What `DOCUMENT_COLUMNS` give. */
export interface DocumentRow extends ShownRow {
  barred_reviewers: string[];
  storage_key: string;
  uploaded_by: string;
  uploaded_at: string;
}

/** The document of a row, for whoever changes it. */
export function documentOf(row: DocumentRow): DocumentState {
  const time = (text: string): Date => new Date(text);
  const shown = shownOf(row, time);
  return {
    ...shown,
    version: {
      ...shown.version,
      storageKey: row.storage_key,
      uploadedBy: row.uploaded_by,
      createdAt: time(row.uploaded_at),
    },
    barredReviewers: row.barred_reviewers,
  };
}

/** What is shown of it; `time` makes of RFC 3339 text what the caller works with. */
export function shownOf<Time>(row: ShownRow, time: (text: string) => Time): ShownDocument<Time> {
  return {
    id: row.id,
    ownerId: row.owner_id,
    title: row.title,
    type: row.type,
    metadata: row.metadata,
    status: row.status,
    version: {
      number: row.number,
      sha256: row.sha256,
      size: Number(row.size),
      mediaType: row.media_type,
      fileName: row.file_name,
    },
    reviewRound: row.review_round,
    claim:
      row.reviewer_id === null || row.claimed_until === null
        ? null
        : { reviewerId: row.reviewer_id, until: time(row.claimed_until) },
    validUntil: row.valid_until === null ? null : time(row.valid_until),
    decision: row.decision_id === null ? null : decisionOf(row, row.decision_id, time),
    revision: row.revision,
    createdAt: time(row.created_at),
    updatedAt: time(row.updated_at),
  };
}

function decisionOf<Time>(
  row: ShownRow,
  id: string,
  time: (text: string) => Time,
): NonNullable<ShownDocument<Time>['decision']> {
  return {
    id,
    reviewRound: row.review_round,
    versionNumber: row.version_number,
    versionSha256: row.version_sha256,
    outcome: row.outcome,
    by: row.decided_by,
    at: time(row.decided_at),
    reasonCode: row.reason_code,
    message: row.message,
    note: row.note,
  };
}
