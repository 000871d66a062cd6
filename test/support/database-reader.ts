import { Client } from 'pg';
import { type TestDatabase } from './postgres.js';

/** An entry of the audit log as it is stored. */
export interface StoredEntry {
  readonly action: string;
  readonly outcome: string;
  readonly actor_type: string;
  readonly actor_id: string | null;
  readonly authenticated_by: string | null;
  readonly session_id: string | null;
  readonly target_type: string | null;
  readonly target_id: string | null;
  readonly reason_code: string | null;
  readonly ip: string | null;
  readonly changes: { before: Record<string, unknown>; after: Record<string, unknown> } | null;
  readonly details: Record<string, unknown> | null;
}

/** Entries with the address and the user agent, which their leaves contain only as commitments. */
export const ENTRIES_WITH_PERSONAL_VALUES = `
  SELECT e.*, convert_from(p.value, 'UTF8')::jsonb->>'ip' AS ip,
    convert_from(p.value, 'UTF8')::jsonb->>'userAgent' AS user_agent
  FROM audit.entries e LEFT JOIN audit.personal_values p ON p.entry_id = e.id`;

/** Reads what is stored, bypassing the application: as the superuser, with a connection of its own. */
export class DatabaseReader {
  private constructor(private readonly client: Client) {}

  static async open(database: TestDatabase): Promise<DatabaseReader> {
    const client = new Client({ connectionString: database.adminUrl });
    await client.connect();
    return new DatabaseReader(client);
  }

  async query<T extends object>(sql: string, values: unknown[] = []): Promise<T[]> {
    return (await this.client.query<T>(sql, values)).rows;
  }

  /** The entries of an action, about one target or about any, oldest first. */
  async entries(action: string, targetId: string | null = null): Promise<StoredEntry[]> {
    return this.query<StoredEntry>(
      `${ENTRIES_WITH_PERSONAL_VALUES} WHERE action = $1 AND ($2::text IS NULL OR target_id = $2) ORDER BY id`,
      [action, targetId],
    );
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
