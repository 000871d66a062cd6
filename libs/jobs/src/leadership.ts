import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Client } from 'pg';
import { Configuration } from '#libs/config';
import { withTimeout } from '#libs/kernel';

/** The first key of all advisory locks of Veritrail ("Veri"); the second is derived from the job's name. */
const LOCK_SPACE = 0x56657269;
const DISCONNECT_TIMEOUT_MS = 1000;

/**
 * PostgreSQL ends a session that is idle for this long, also if its machine was lost or its process is suspended. Then the
 * next replica takes over; the takeover of the sequencer must complete within five seconds. A running process asks more
 * often than this: four times a second for the sequencer, as leader or not.
 */
const SILENCE_MS = 3000;
const SESSION_SETTINGS = [
  `idle_session_timeout=${SILENCE_MS}`,
  'tcp_keepalives_idle=10',
  'tcp_keepalives_interval=5',
  'tcp_keepalives_count=3',
];

/**
 * Leader election. A leader holds a session-level advisory lock (PostgreSQL manual, section 13.3.5) on a dedicated
 * connection, so that leadership ends with the connection and a busy pool cannot delay it. Needs a direct connection: a
 * pooler in transaction mode shares sessions. Uses the worker's login, whose sessions the application's login cannot terminate.
 */
@Injectable()
export class Leadership {
  private readonly logger = new Logger(Leadership.name);
  private readonly held = new Set<string>();
  private connection: Promise<Client> | null = null;
  private asked: Promise<unknown> = Promise.resolve();

  constructor(private readonly configuration: Configuration) {}

  /** Whether this process is the leader of the job; becomes it if there is none. Throws during a database outage. */
  leads(job: string): Promise<boolean> {
    // One query at a time: the driver must not get a query while it waits for a result.
    const answer = this.asked.then(() => this.ask(job));
    this.asked = answer.catch(() => undefined);
    return answer;
  }

  /** Gives up leadership of all jobs. This process may ask again later. */
  async resign(): Promise<void> {
    await this.asked;
    await this.drop(this.connection);
  }

  private async ask(job: string): Promise<boolean> {
    const connecting = (this.connection ??= this.connect());
    try {
      const connection = await connecting;
      if (this.held.has(job)) {
        await connection.query('SELECT 1');
        return this.held.has(job);
      }
      const { rows } = await connection.query<{ taken: boolean }>(
        'SELECT pg_try_advisory_lock($1, $2) AS taken',
        [LOCK_SPACE, keyOf(job)],
      );
      if (!rows[0]?.taken || this.connection !== connecting) return false;
      this.held.add(job);
      this.logger.log(`Leader of ${job}`);
      return true;
    } catch (error) {
      await this.drop(connecting);
      throw error;
    }
  }

  private async drop(connecting: Promise<Client> | null): Promise<void> {
    this.forget(connecting);
    const connection = await connecting?.catch(() => null);
    // Closing may never complete if the network is down.
    if (connection)
      await withTimeout(
        connection.end().catch(() => undefined),
        DISCONNECT_TIMEOUT_MS,
        () => undefined,
      );
  }

  /** Whether this was the current connection; locks of an older one are already removed. */
  private forget(connecting: Promise<Client> | null): boolean {
    if (this.connection !== connecting) return false;
    this.connection = null;
    this.held.clear();
    return true;
  }

  private connect(): Promise<Client> {
    const { workerUrl, connectTimeoutMs, statementTimeoutMs } = this.configuration.database;
    const client = new Client({
      connectionString: workerUrl,
      application_name: 'veritrail-leader',
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: statementTimeoutMs,
      keepAlive: true,
      options: SESSION_SETTINGS.map((setting) => `-c ${setting}`).join(' '),
    });
    const connecting = client.connect().then(() => requireOwnSession(client));
    const lost = (reason: string): void => {
      if (this.forget(connecting))
        this.logger.warn(`The connection that holds the leader's locks was lost: ${reason}`);
    };
    client.on('error', (error) => lost(error.message));
    client.on('end', () => lost('closed'));
    return connecting;
  }
}

/** A pooler that ignores the settings would also share the session that holds the locks. */
async function requireOwnSession(client: Client): Promise<Client> {
  const { rows } = await client.query<{ setting: string }>(
    `SELECT setting FROM pg_catalog.pg_settings WHERE name = 'idle_session_timeout'`,
  );
  if (Number(rows[0]?.setting) === SILENCE_MS) return client;
  await client.end();
  throw new Error('The background jobs need a direct connection to PostgreSQL, not one through a pooler');
}

function keyOf(job: string): number {
  return createHash('sha256').update(job).digest().readInt32BE(0);
}
