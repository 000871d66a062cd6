import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import { Configuration } from '#libs/config';

const PROBE_TIMEOUT_MS = 1000;

/** Server settings that must be on for the promise that a confirmed change is not lost. */
export const DURABILITY_SETTINGS = ['fsync', 'full_page_writes', 'synchronous_commit'] as const;

/**
 * Checks the database over its own connection, so that a busy pool is not reported as a failed database. Each check
 * takes at most two seconds.
 */
@Injectable()
export class DatabaseProbe implements OnApplicationShutdown {
  private readonly pool: Pool;

  constructor({ database }: Configuration) {
    this.pool = new Pool({
      connectionString: database.url,
      application_name: 'veritrail-health',
      max: 1,
      connectionTimeoutMillis: PROBE_TIMEOUT_MS,
      statement_timeout: PROBE_TIMEOUT_MS,
      query_timeout: PROBE_TIMEOUT_MS,
      ...(database.role ? { options: `-c role=${database.role}` } : {}),
    });
    // The pool replaces a closed idle connection at the next check.
    this.pool.on('error', () => undefined);
  }

  /** Resolves when the database responds. */
  async ping(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  /** The names of the applied migrations; empty if their table does not exist yet. */
  async appliedMigrations(): Promise<string[]> {
    const { rows: tables } = await this.pool.query<{ present: boolean }>(
      `SELECT to_regclass('public.migrations') IS NOT NULL AS present`,
    );
    if (!tables[0]?.present) return [];
    const { rows } = await this.pool.query<{ name: string }>('SELECT name FROM public.migrations');
    return rows.map((row) => row.name);
  }

  /** The `DURABILITY_SETTINGS` that are off: a crash of the server may then lose confirmed changes. */
  async unsafeSettings(): Promise<string[]> {
    const { rows } = await this.pool.query<{ name: string }>(
      `SELECT name FROM pg_catalog.pg_settings WHERE name = ANY($1) AND setting = 'off'`,
      [[...DURABILITY_SETTINGS]],
    );
    return rows.map((row) => row.name);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
