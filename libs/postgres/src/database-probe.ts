import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import { Configuration } from '#libs/config';

const PROBE_TIMEOUT_MS = 1000;

/** Settings of the server that must not be off where answers promise that nothing is lost. */
export const DURABILITY_SETTINGS = ['fsync', 'full_page_writes', 'synchronous_commit'] as const;

/**
 * Looks at the database over one connection of its own, so that a pool which is busy is not taken for a database that is
 * down. Each look takes two seconds at most.
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
    // An idle connection that the server ends is replaced at the next look.
    this.pool.on('error', () => undefined);
  }

  /** Resolves when the database answers. */
  async ping(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  /** The names of the migrations that were applied; none where there is no table of them yet. */
  async appliedMigrations(): Promise<string[]> {
    const { rows: tables } = await this.pool.query<{ present: boolean }>(
      `SELECT to_regclass('public.migrations') IS NOT NULL AS present`,
    );
    if (!tables[0]?.present) return [];
    const { rows } = await this.pool.query<{ name: string }>('SELECT name FROM public.migrations');
    return rows.map((row) => row.name);
  }

  /** Those of `DURABILITY_SETTINGS` that are off: a crash of the server may then lose what was answered with success. */
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
