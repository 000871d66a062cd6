import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { migrations } from './migrations.js';

/** Two numbers that nothing else locks: "Veri", "migr". */
const LOCK = [0x56657269, 0x6d696772] as const;
const CONNECT_TIMEOUT_MS = 10_000;
const LOCK_RETRY_MS = 100;

/** Gives `work` one connection that owns the schema, and closes it afterwards. */
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
 * Applies what is missing, each migration in a transaction of its own, and returns the names of those applied now.
 * Processes that start together wait for each other: one applies, the others find nothing to do. A killed run leaves
 * whole migrations only and may be repeated. Refuses a database that knows migrations of a later release.
 */
export async function runMigrations(url: string): Promise<string[]> {
  // TypeORM takes no lock around migrations. Ours lives on a connection of its own: it must outlast every transaction.
  return withMigrationSource(url, async (lockSource) => {
    // Asked for again and again: who waits within a statement has a snapshot, for whose end an index that is made beside
    // the running service would wait as well.
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

/** The names of migrations that this release has and `applied` lacks. */
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
