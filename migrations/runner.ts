import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { migrations } from './migrations.js';

/** The key of the advisory lock: "Veri", "migr". */
const LOCK = [0x56657269, 0x6d696772] as const;
const CONNECT_TIMEOUT_MS = 10_000;
const LOCK_RETRY_MS = 100;

/** Runs `work` with a data source of one connection and closes it afterwards. The login in `url` must own the schema. */
export async function withMigrationSource<T>(
  url: string,
  work: (source: DataSource) => Promise<T>,
): Promise<T> {
  const source = new DataSource({
    type: 'postgres',
    url,
    applicationName: 'veritrail-migrate',
    migrations,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    extra: { max: 1, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, keepAlive: true },
  });
  await source.initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}

/**
 * Applies pending migrations, each in its own transaction, and returns the names of the applied ones. Concurrent runs wait
 * for each other through an advisory lock. A killed run leaves only complete migrations; repeat it. Throws for a database
 * with migrations of a later release.
 */
export async function runMigrations(url: string): Promise<string[]> {
  // TypeORM does not lock migrations. The lock has its own connection, because it must span several transactions.
  return withMigrationSource(url, async (lockSource) => {
    // Polls instead of waiting inside a statement: a waiting statement holds a snapshot, and CREATE INDEX CONCURRENTLY in the
    // other process would wait for its end.
    while (!(await isLocked(lockSource))) await sleep(LOCK_RETRY_MS);
    return withMigrationSource(url, async (source) => {
      await refuseUnknown(source);
      const applied = await source.runMigrations({ transaction: 'each' });
      return applied.map((migration) => migration.name);
    });
  });
}

async function isLocked(source: DataSource): Promise<boolean> {
  const [row] = await source.query<Array<{ locked: boolean }>>(
    'SELECT pg_try_advisory_lock($1, $2) AS locked',
    [...LOCK],
  );
  return row?.locked === true;
}

/** The names of the migrations of this release that are not in `applied`. */
export function pendingMigrations(applied: readonly string[]): string[] {
  return migrations.map((migration) => migration.name).filter((name) => !applied.includes(name));
}

async function refuseUnknown(source: DataSource): Promise<void> {
  const [table] = await source.query<Array<{ present: string | null }>>(
    `SELECT to_regclass('public.migrations')::text AS present`,
  );
  if (!table?.present) return;
  const rows = await source.query<Array<{ name: string }>>('SELECT name FROM public.migrations');
  const known = new Set(migrations.map((migration) => migration.name));
  const unknown = rows.map((row) => row.name).filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new Error(`The database is newer than this release: it has ${unknown.join(', ')}`);
  }
}
