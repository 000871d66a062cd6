import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Client } from 'pg';
import { Configuration } from '#libs/config';
import { withTimeout } from '#libs/kernel';

/** The first key of every lock of ours ("Veri"), as the migrations use it; the second comes from the job's name. */
const LOCK_SPACE = 0x56657269;
const FAREWELL_MS = 1000;

/**
 * The server ends a session that says nothing for so long, even one whose machine vanished or whose process is frozen,
 * and the next replica leads a moment later: five seconds are promised for the log. A process that works asks more often
 * than this: for the log's job four times a second, whoever leads it.
 */
const SILENCE_MS = 3000;
const SESSION_SETTINGS = [
  `idle_session_timeout=${SILENCE_MS}`,
  'tcp_keepalives_idle=10',
  'tcp_keepalives_interval=5',
  'tcp_keepalives_count=3',
];

/**
 * Which jobs this process leads. A leader holds a session lock (PostgreSQL manual, section 13.3.5) on a connection of
 * its own, so that leadership ends with the connection, whatever ended it, and a busy pool cannot delay it. Needs a
 * direct connection: a pooler in transaction mode would share the session.
 */
@Injectable()
export class Leadership {
  private readonly logger = new Logger(Leadership.name);
  private readonly held = new Set<string>();
  private connection: Promise<Client> | null = null;
  private asked: Promise<unknown> = Promise.resolve();

  constructor(private readonly configuration: Configuration) {}

  /** Whether this process leads the job now; becomes its leader when there is none. Throws when the database is away. */
  leads(job: string): Promise<boolean> {
    // One question at a time: the driver is to be asked nothing while it waits for an answer.
    const answer = this.asked.then(() => this.ask(job));
    this.asked = answer.catch(() => undefined);
    return answer;
  }

  /** Gives all jobs up. Another process can lead them at once; this one may ask again. */
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
      this.logger.log(`Leading ${job}`);
      return true;
    } catch (error) {
      await this.drop(connecting);
      throw error;
    }
  }

  private async drop(connecting: Promise<Client> | null): Promise<void> {
    this.forget(connecting);
    const connection = await connecting?.catch(() => null);
    // Its farewell may never be answered when the network is gone.
    if (connection)
      await withTimeout(
        connection.end().catch(() => undefined),
        FAREWELL_MS,
        () => undefined,
      );
  }

  /** Whether it was the present connection: what an older one held is forgotten already. */
  private forget(connecting: Promise<Client> | null): boolean {
    if (this.connection !== connecting) return false;
    this.connection = null;
    this.held.clear();
    return true;
  }

  private connect(): Promise<Client> {
    const { url, connectTimeoutMs, statementTimeoutMs } = this.configuration.database;
    const client = new Client({
      connectionString: url,
      application_name: 'veritrail-leader',
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: statementTimeoutMs,
      keepAlive: true,
      options: SESSION_SETTINGS.map((setting) => `-c ${setting}`).join(' '),
    });
    const connecting = client.connect().then(() => insistOnOwnSession(client));
    const lost = (reason: string): void => {
      if (this.forget(connecting))
        this.logger.warn(`The connection that holds the leader's locks was lost: ${reason}`);
    };
    client.on('error', (error) => lost(error.message));
    client.on('end', () => lost('closed'));
    return connecting;
  }
}

/** A pooler that swallowed the settings would also pass our locks on to strangers. */
async function insistOnOwnSession(client: Client): Promise<Client> {
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
