import { Client } from 'pg';
import { type BenchDatabase } from './database.js';
import { RowRandom } from './seed/random.js';
import { SeededDocument } from './seed/documents.js';
import { ownerId, verifierId, VERIFIERS } from './seed/people.js';
import { type BenchKey } from './sessions.js';
import { type Stores } from './stores.js';

const SAMPLE = 6;

/** The seeded data, as the scenarios use it. */
export class Dataset {
  private constructor(
    readonly documents: number,
    readonly stores: Stores,
    /** Seals every entry of the audit log. */
    readonly sealLog: () => Promise<void>,
    readonly admin: Client,
    readonly key: BenchKey,
    /** Access tokens of reviewers, each with its own session. */
    readonly verifiers: readonly string[],
    /** Access tokens of owners. */
    readonly owners: readonly string[],
  ) {}

  static async open(
    documents: number,
    database: BenchDatabase,
    key: BenchKey,
    stores: Stores,
    sealLog: () => Promise<void>,
  ): Promise<Dataset> {
    const admin = new Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query('SET session_replication_role = replica');
    const verifiers = await key.openSessions(
      admin,
      Array.from({ length: VERIFIERS }, (_, index) => verifierId(index)),
    );
    const owners = await key.openSessions(
      admin,
      Array.from({ length: 16 }, (_, index) => ownerId(index)),
    );
    return new Dataset(documents, stores, sealLog, admin, key, verifiers, owners);
  }

  async close(): Promise<void> {
    await this.admin.end();
  }

  /** Different documents for each purpose, newer ones more often, as users request them. */
  sample(count: number, purpose: number): SeededDocument[] {
    return Array.from({ length: count }, (_, row) => {
      const random = new RowRandom(row, SAMPLE + purpose);
      return new SeededDocument(this.documents - 1 - random.skewedBelow(this.documents), this.documents);
    });
  }

  /** Owners with a low number have many documents. */
  ownerId(index: number): string {
    return ownerId(index);
  }

  /**
   * Uploads this many documents that wait for a decision, from owners who are not reviewers. One list for each of `reviewers`
   * verifiers, to whom the content of these documents was delivered.
   */
  async uploadPending(count: number, reviewers: number): Promise<string[][]> {
    const { rows } = await this.admin.query<{ id: string; reviewer: number }>(PENDING, [
      count,
      Array.from({ length: 50 }, (_, index) => ownerId(index)),
      Array.from({ length: reviewers }, (_, index) => verifierId(index)),
    ]);
    const waiting: string[][] = Array.from({ length: reviewers }, () => []);
    for (const { id, reviewer } of rows) waiting[reviewer]!.push(id);
    return waiting;
  }
}

const PENDING = `
  WITH fresh AS MATERIALIZED (
    SELECT uuidv7() AS id, ($2::uuid[])[1 + n % 50] AS owner_id, n % cardinality($3::uuid[]) AS reviewer, now() AS at
    FROM generate_series(1, $1::integer) n),
  documents AS (
    INSERT INTO documents.documents (id, owner_id, title, type, status, current_version, created_at, updated_at)
    SELECT id, owner_id, 'To be decided', 'passport', 'pending', 1, at, at FROM fresh),
  versions AS (
    INSERT INTO documents.versions (document_id, number, sha256, size, media_type, file_name, storage_key, uploaded_by,
      created_at)
    SELECT id, 1, sha256(id::text::bytea), 40000, 'application/pdf', 'passport.pdf', uuidv7(), owner_id, at FROM fresh),
  history AS (
    INSERT INTO documents.history (document_id, revision, action, to_status, version_number, actor_id, occurred_at)
    SELECT id, 1, 'uploaded', 'pending', 1, owner_id, at FROM fresh),
  deliveries AS (
    INSERT INTO documents.deliveries (document_id, reader_id, sha256, ranges, delivered_at)
    SELECT id, ($3::uuid[])[1 + reviewer], sha256(id::text::bytea), '{[0,40000)}', at FROM fresh)
  SELECT id, reviewer FROM fresh`;
