import { Client } from 'pg';
import { copyIn } from './copy-in.js';
import { DOCUMENT_TABLES, documentLines } from './documents.js';
import { USERS, users } from './people.js';

interface Index {
  readonly name: string;
  readonly definition: string;
}

/**
 * Fills a migrated, empty database with this many documents and audit entries. Runs as the superuser with the replica role,
 * so that triggers and foreign keys skip rows that are correct by construction. Indexes without a constraint are created
 * afterwards, which takes a third of the time.
 */
export async function seed(adminUrl: string, documents: number, say: (line: string) => void): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(
      `SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '512MB'`,
    );
    const indexes = await dropIndexes(client);
    await copyIn(client, USERS, users(documents));
    for (const table of DOCUMENT_TABLES) {
      await copyIn(client, table.target, documentLines(table, documents));
      say(`seeded ${table.target.split(' ', 1)[0]}`);
    }
    for (const { definition } of indexes) await client.query(definition);
    say('made the indexes');
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

/** Indexes that no constraint needs. */
async function dropIndexes(client: Client): Promise<Index[]> {
  const { rows } = await client.query<Index>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, pg_get_indexdef(c.oid) AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('documents', 'audit') AND NOT i.indisunique
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid)`,
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  return rows;
}
