import { type PostgresUnderTest } from './postgres-under-test.js';
import { type Workload } from './workload.js';

/** A rule for every state of the database, as a query for its violations. */
interface Rule {
  readonly broken: string;
  readonly sql: string;
}

const DECISION_ACTIONS = `('document.verified', 'document.rejected', 'document.changes_requested')`;

/** The rules that hold after any fault and any requests. */
const RULES: readonly Rule[] = [
  {
    broken: 'document without exactly one succeeded audit entry of its upload',
    sql: `SELECT d.id AS what FROM documents.documents d
          LEFT JOIN audit.entries e ON e.target_id = d.id::text AND e.action = 'document.uploaded' AND e.outcome = 'succeeded'
          GROUP BY d.id HAVING count(e.id) <> 1`,
  },
  {
    broken: 'audit entry of an upload without its document',
    sql: `SELECT e.id AS what FROM audit.entries e LEFT JOIN documents.documents d ON d.id::text = e.target_id
          WHERE e.action = 'document.uploaded' AND e.outcome = 'succeeded' AND d.id IS NULL`,
  },
  {
    broken: 'document without its current version',
    sql: `SELECT d.id AS what FROM documents.documents d
          LEFT JOIN documents.versions v ON v.document_id = d.id AND v.number = d.current_version
          WHERE v.document_id IS NULL`,
  },
  {
    broken: 'document with other than one succeeded audit entry per decision',
    sql: `SELECT coalesce(d.document_id::text, e.target_id) AS what
          FROM (SELECT document_id, count(*) AS n FROM documents.decisions GROUP BY 1) d
          FULL JOIN (SELECT target_id, count(*) AS n FROM audit.entries
                     WHERE action IN ${DECISION_ACTIONS} AND outcome = 'succeeded' GROUP BY 1) e
            ON e.target_id = d.document_id::text
          WHERE d.n IS DISTINCT FROM e.n`,
  },
  {
    broken: 'decision about other bytes than its version has',
    sql: `SELECT d.id AS what FROM documents.decisions d
          JOIN documents.versions v ON v.document_id = d.document_id AND v.number = d.version_number
          WHERE v.sha256 <> d.version_sha256`,
  },
  {
    broken: 'document whose state no decision explains',
    sql: `SELECT d.id AS what FROM documents.documents d
          WHERE d.status IN ('verified', 'rejected', 'changes_requested') AND NOT EXISTS (
            SELECT FROM documents.decisions x
            WHERE x.document_id = d.id AND x.review_round = d.review_round AND x.outcome = d.status)`,
  },
  {
    broken: 'decision without its line in the history',
    sql: `SELECT d.id AS what FROM documents.decisions d
          WHERE (SELECT count(*) FROM documents.history h WHERE h.decision_id = d.id) <> 1`,
  },
  {
    broken: 'session without its audit entry',
    sql: `SELECT s.id AS what FROM auth.sessions s WHERE NOT EXISTS (
            SELECT FROM audit.entries e WHERE e.target_id = s.id::text AND e.action = 'session.created')`,
  },
  {
    broken: 'title that two documents have: one upload took effect twice',
    sql: `SELECT title AS what FROM documents.documents GROUP BY title HAVING count(*) > 1`,
  },
];

/** Every violation of a rule, and every acknowledged effect that is missing. Empty if there is none. */
export async function inconsistencies(postgres: PostgresUnderTest, workload: Workload): Promise<string[]> {
  const client = await postgres.connect();
  try {
    const found: string[] = [];
    for (const { broken, sql } of RULES) {
      const { rows } = await client.query<{ what: string }>(sql);
      found.push(...rows.map(({ what }) => `${broken}: ${what}`));
    }
    const documents = await client.query<{ id: string; title: string; sha256: string; size: string }>(
      `SELECT d.id, d.title, encode(v.sha256, 'hex') AS sha256, v.size
       FROM documents.documents d JOIN documents.versions v ON v.document_id = d.id AND v.number = 1`,
    );
    const stored = new Map(documents.rows.map((row) => [row.id, row]));
    for (const { id, sha256, size } of workload.uploads) {
      const row = stored.get(id);
      if (!row) found.push(`acknowledged upload that is gone: ${id}`);
      else if (row.sha256 !== sha256 || Number(row.size) !== size) found.push(`changed upload: ${id}`);
    }
    const strangers = documents.rows.filter((row) => !workload.titles.has(row.title));
    found.push(...strangers.map(({ id }) => `document that no client sent: ${id}`));
    const decisions = await client.query<{ id: string }>('SELECT id FROM documents.decisions');
    const decided = new Set(decisions.rows.map((row) => row.id));
    const lost = workload.decisions.filter(({ decisionId }) => !decided.has(decisionId));
    found.push(...lost.map(({ decisionId }) => `acknowledged decision that is gone: ${decisionId}`));
    return found;
  } finally {
    await client.end();
  }
}
