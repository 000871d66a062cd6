import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryResultRow } from 'pg';
import {
  DATABASE,
  EmbeddedPostgres,
  type PostgresConnection,
} from '../../../apps/cli/src/embedded-postgres/index.js';

const MAX_CONNECTIONS = 200;

/** A real PostgreSQL with durability as in production, which an experiment may stop, kill and restart on its port. */
export class PostgresUnderTest {
  private constructor(
    private readonly dataDir: string,
    private server: EmbeddedPostgres,
    readonly connection: PostgresConnection,
  ) {}

  /** `dataDir` may be a mounted file system. */
  static async start(dataDir: string): Promise<PostgresUnderTest> {
    const server = new EmbeddedPostgres({ dataDir, maxConnections: MAX_CONNECTIONS });
    return new PostgresUnderTest(dataDir, server, await server.start());
  }

  /** Kills every process of the server at once, as a crash does; committed data stays on disk. */
  async stopImmediately(): Promise<void> {
    const pid = this.postmaster();
    process.kill(pid, 'SIGQUIT');
    while (isAlive(pid)) await sleep(20);
  }

  /** Starts it again after a stop or a crash; resolves when recovery is complete. */
  async startAgain(): Promise<void> {
    this.server = new EmbeddedPostgres({ dataDir: this.dataDir, maxConnections: MAX_CONNECTIONS });
    const { port } = await this.server.start();
    if (port !== this.connection.port) throw new Error('PostgreSQL came back on another port');
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  /** A superuser's connection, by default to the product's database, for injecting faults and reading rows. */
  async connect(database: string = DATABASE): Promise<Client> {
    const url = new URL(this.connection.adminUrl);
    url.pathname = `/${database}`;
    const client = new Client({ connectionString: url.href, application_name: 'experiment' });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  async rows<T extends QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    const client = await this.connect();
    try {
      return (await client.query<T>(sql, parameters)).rows;
    } finally {
      await client.end();
    }
  }

  private postmaster(): number {
    return Number(readFileSync(`${this.dataDir}/postgres/postmaster.pid`, 'utf8').split('\n')[0]);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie has ended, although its parent has not yet waited for it.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
