import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { createTestDatabase, type TestDatabase } from './postgres.js';

export const PERSON = '0199f0a0-0b1c-7e55-8f3b-000000000001';
const OWNER = '0199f0a0-0b1c-7e55-8f3b-000000000002';

export type Statement = readonly [sql: string, values?: readonly unknown[]];

export interface EntryContent {
  readonly type: string;
  readonly outcome: string;
  /** The state of the target after the change. */
  readonly after: object;
  readonly details: object;
}

/** A database with two plain connections, without the product's code: like `psql` with stolen credentials. */
export class RawChanges {
  private constructor(
    readonly database: TestDatabase,
    /** With the role of the product's processes. */
    readonly application: Client,
    readonly owner: Client,
  ) {}

  static async open(): Promise<RawChanges> {
    const database = await createTestDatabase();
    const application = new Client({ connectionString: database.url, options: '-c role=veritrail_app' });
    const owner = new Client({ connectionString: database.ownerUrl });
    await Promise.all([application.connect(), owner.connect()]);
    return new RawChanges(database, application, owner);
  }

  /** Runs all statements in one transaction; rejects with the first error, at the latest that of the commit. */
  async together(...statements: readonly Statement[]): Promise<void> {
    return transact(this.application, statements);
  }

  async togetherAsOwner(...statements: readonly Statement[]): Promise<void> {
    return transact(this.owner, statements);
  }

  /** A document with this status, with one version, at revision 2 unless it is pending. */
  async documentIn(status: string): Promise<string> {
    const id = v7();
    await this.together(insertDocument(id), insertVersion(id), entry('document.uploaded', id, UPLOADED));
    const action = `document.${status === 'in_review' ? 'claimed' : status}`;
    if (status !== 'pending')
      await this.together(become(id, status), entry(action, id, { after: { status, revision: 2 } }));
    return id;
  }

  async close(): Promise<void> {
    await Promise.all([this.application.end(), this.owner.end()]);
    await this.database.drop();
  }
}

async function transact(client: Client, statements: readonly Statement[]): Promise<void> {
  await client.query('BEGIN');
  try {
    for (const [sql, values = []] of statements) await client.query(sql, [...values]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** The content of an entry for a document with one version, whose only byte is an x. */
export const UPLOADED: Partial<EntryContent> = {
  after: { status: 'pending', revision: 1, version: 1, sha256: sha256Of('x') },
};

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** An entry as an attacker with the credentials could write it. */
export function entry(
  action: string,
  id: string,
  { type = 'document', outcome = 'succeeded', after = {}, details = {} }: Partial<EntryContent> = {},
): Statement {
  const now = Date.now();
  return [
    `INSERT INTO audit.entries (id, occurred_at, action, outcome, actor_type, actor_roles, target_type, target_id,
       changes, details) VALUES ($1, $2, $3, $4, 'system', '{}', $5, $6, $7, $8)`,
    [v7({ msecs: now }), new Date(now), action, outcome, type, id, { before: {}, after }, details],
  ];
}

export function insertDocument(id: string): Statement {
  return [
    `INSERT INTO documents.documents (id, owner_id, title, type, status, current_version, created_at, updated_at)
     VALUES ($1, $2, 'Passport', 'passport', 'pending', 1, now(), now())`,
    [id, OWNER],
  ];
}

export function insertVersion(id: string, number = 1, bytes = 'x'): Statement {
  return [
    `INSERT INTO documents.versions (document_id, number, sha256, size, media_type, file_name, storage_key, uploaded_by,
       created_at) VALUES ($1, $3, sha256($4), 1, 'application/pdf', 'a.pdf', gen_random_uuid(), $2, now())`,
    [id, OWNER, number, bytes],
  ];
}

/** A row of a document's history. */
export function insertHistory(
  id: string,
  revision: number,
  action: string,
  [from, to]: readonly [string | null, string],
  decision: string | null = null,
): Statement {
  return [
    `INSERT INTO documents.history (document_id, revision, action, from_status, to_status, version_number, actor_id,
       occurred_at, decision_id) VALUES ($1, $2, $3, $4, $5, 1, '${PERSON}', now(), $6)`,
    [id, revision, action, from, to, decision],
  ];
}

/** Every change of a document increments its revision, as the product's changes do. */
export function update(id: string, assignments: string): Statement {
  return [`UPDATE documents.documents SET ${assignments}, revision = revision + 1 WHERE id = $1`, [id]];
}

/** Sets the status of a document; the table does not check the previous status. */
export function become(id: string, status: string, more = ''): Statement {
  const claim = status === 'in_review' ? [`'${PERSON}'`, 'now()'] : ['NULL', 'NULL'];
  return update(id, `status = '${status}', reviewer_id = ${claim[0]}, claimed_until = ${claim[1]}${more}`);
}
