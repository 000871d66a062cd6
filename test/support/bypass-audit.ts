import { withClient } from './catalogue.js';
import { type TestDatabase } from './postgres.js';

/** Changes rows as only a superuser can: without triggers, and so without the required audit entries. */
export async function changeRowsWithoutAudit(
  { adminUrl }: TestDatabase,
  sql: string,
  values: unknown[] = [],
): Promise<void> {
  await withClient(adminUrl, async (admin) => {
    await admin.query(`SET session_replication_role = 'replica'`);
    await admin.query(sql, values);
  });
}

/** Disables the triggers that require audit entries: for tests of repositories alone. */
export async function disableAuditTriggers({ ownerUrl }: TestDatabase): Promise<void> {
  await withClient(ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ table: string; trigger: string }>(
      `SELECT tgrelid::regclass::text AS table, tgname AS trigger FROM pg_trigger WHERE tgname LIKE 'tr\\_%\\_recorded'`,
    );
    for (const { table, trigger } of rows)
      await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER ${trigger}`);
  });
}
