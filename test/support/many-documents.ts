import { type DatabaseReader } from './database-reader.js';

const DOCUMENTS = 30_000;
const OWNERS = 300;

/** The tables that are large afterwards. On small tables any plan is acceptable. */
export const LARGE_TABLES = ['documents', 'versions', 'decisions', 'entries'];

/** The owner whose documents a test may request: one of many, with a hundred documents. */
export const OWNER = '00000000-0000-7000-8000-000000000007';

/**
 * Creates so many documents, versions, decisions and audit entries that no plan reads them all for a page, with statistics.
 * Written as the superuser, bypassing the application and its triggers.
 */
export async function seedManyDocuments(database: DatabaseReader): Promise<void> {
  const owner = `('00000000-0000-7000-8000-' || lpad((n % ${OWNERS})::text, 12, '0'))::uuid`;
  const statements = [
    `SET session_replication_role = replica`,
    `INSERT INTO documents.documents (id, owner_id, title, type, status, current_version, revision, created_at, updated_at)
     SELECT gen_random_uuid(), ${owner}, 'Passport of ' || md5(n::text), 'passport',
       CASE n % 10 WHEN 0 THEN 'pending' ELSE 'verified' END, 1, 2, now() - n * interval '7 seconds', now()
     FROM generate_series(1, ${DOCUMENTS}) n`,
    `INSERT INTO documents.versions (document_id, number, sha256, size, media_type, file_name, storage_key, uploaded_by,
       created_at)
     SELECT id, 1, sha256(id::text::bytea), 1000, 'application/pdf', 'passport.pdf', gen_random_uuid(), owner_id,
       created_at FROM documents.documents WHERE id NOT IN (SELECT document_id FROM documents.versions)`,
    `INSERT INTO documents.decisions (id, document_id, review_round, version_number, version_sha256, outcome, decided_by,
       decided_at)
     SELECT gen_random_uuid(), id, 1, 1, sha256(id::text::bytea), 'verified', gen_random_uuid(), updated_at
     FROM documents.documents WHERE status = 'verified'`,
    `INSERT INTO audit.entries (id, occurred_at, action, outcome, actor_type, actor_id, actor_roles, target_type,
       target_id, target_owner_id)
     SELECT (lpad(to_hex((extract(epoch FROM created_at) * 1000)::bigint), 12, '0') || '7' ||
         substr(md5(id::text), 1, 19))::uuid,
       to_timestamp((extract(epoch FROM created_at) * 1000)::bigint / 1000.0), 'document.verified', 'succeeded', 'user',
       owner_id, '{verifier}', 'document', id::text, owner_id
     FROM documents.documents`,
    `SET session_replication_role = DEFAULT`,
    // Not only for statistics: a GIN index is read from its pending list until a vacuum.
    `VACUUM ANALYZE`,
  ];
  for (const statement of statements) await database.query(statement);
}
