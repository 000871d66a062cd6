import { type Client } from 'pg';

/** A row. Its facts have the names and the JSON values that audit entries use. */
export interface TableRow {
  readonly id: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

const PAGE = 5000;
const TEXT_TIME = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;
const asTime = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', ${TEXT_TIME})`;

const DOCUMENTS = `SELECT id, jsonb_build_object('status', status, 'revision', revision, 'version', current_version,
    'reviewRound', review_round, 'reviewerId', reviewer_id, 'claimedUntil', ${asTime('claimed_until')},
    'validUntil', ${asTime('valid_until')}, 'barredReviewers', barred_reviewers, 'type', type, 'ownerId', owner_id)
    AS facts
  FROM documents.documents WHERE id > $1 ORDER BY id LIMIT ${PAGE}`;
const USERS = `SELECT id, jsonb_build_object('status', status, 'roles', roles, 'revision', revision) AS facts
  FROM users.users WHERE id > $1 ORDER BY id LIMIT ${PAGE}`;
const DECISIONS = `SELECT id, jsonb_build_object('documentId', document_id, 'reviewRound', review_round,
    'versionNumber', version_number, 'versionSha256', encode(version_sha256, 'hex'), 'outcome', outcome,
    'by', decided_by, 'at', ${asTime('decided_at')}, 'reasonCode', reason_code) AS facts
  FROM documents.decisions WHERE id > $1 ORDER BY id LIMIT ${PAGE}`;
const VERSIONS = `SELECT document_id::text || '/' || number AS id, document_id, number,
    jsonb_build_object('sha256', encode(sha256, 'hex')) AS facts
  FROM documents.versions WHERE (document_id, number) > ($1, $2) ORDER BY document_id, number LIMIT ${PAGE}`;
const NOT_COVERED = `SELECT e.target_type || '/' || e.target_id AS id FROM audit.entries e
  LEFT JOIN audit.sealed_leaves s ON s.entry_id = e.id
  WHERE e.target_type IN ('document', 'user') AND e.outcome = 'succeeded' AND e.changes IS NOT NULL
    AND (s.leaf_index IS NULL OR s.leaf_index >= $1)`;
const LOWEST_ID = '00000000-0000-0000-0000-000000000000';

/** The tables of an installation, read page by page in the snapshot of the connection. */
export class Tables {
  constructor(private readonly client: Client) {}

  documents(): AsyncGenerator<TableRow> {
    return this.pages(DOCUMENTS);
  }

  users(): AsyncGenerator<TableRow> {
    return this.pages(USERS);
  }

  decisions(): AsyncGenerator<TableRow> {
    return this.pages(DECISIONS);
  }

  async *versions(): AsyncGenerator<TableRow> {
    type Row = TableRow & { document_id: string; number: number };
    let after: [string, number] = [LOWEST_ID, 0];
    for (;;) {
      const { rows } = await this.client.query<Row>(VERSIONS, after);
      yield* rows;
      const last = rows.at(-1);
      if (!last) return;
      after = [last.document_id, last.number];
    }
  }

  /** What was changed by entries that are not covered by a checkpoint of this size: `document/<id>` and `user/<id>`. */
  async notCovered(size: number): Promise<Set<string>> {
    const { rows } = await this.client.query<{ id: string }>(NOT_COVERED, [size]);
    return new Set(rows.map(({ id }) => id));
  }

  private async *pages(sql: string): AsyncGenerator<TableRow> {
    let after = LOWEST_ID;
    for (;;) {
      const { rows } = await this.client.query<TableRow>(sql, [after]);
      yield* rows;
      const last = rows.at(-1);
      if (!last) return;
      after = last.id;
    }
  }
}
