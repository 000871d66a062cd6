import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { runMigrations } from '#migrations';
import {
  EmbeddedPostgres,
  OWNER_ROLE,
  type PostgresConnection,
} from '../../apps/cli/src/embedded-postgres/index.js';
import { childrenOf, parentOf } from './proc.js';
import { seed } from './seed/seed.js';

/** Typical settings for a machine of this size; everything else is PostgreSQL's default, including durability. */
const SETTINGS = { shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '30min' };
/** The sources that determine the rows: a change to any of them seeds the database again. */
const SOURCES = ['migrations', 'test/bench/seed'];

export interface BenchDatabase {
  readonly name: string;
  /** The number of seeded documents. */
  readonly documents: number;
  /** The application's login. */
  readonly url: string;
  readonly workerUrl: string;
  readonly ownerUrl: string;
  readonly adminUrl: string;
}

/** The PostgreSQL of the benchmark, kept with its seeded databases between runs. */
export class BenchCluster {
  private readonly copies: string[] = [];

  private constructor(
    private readonly embedded: EmbeddedPostgres,
    private readonly connection: PostgresConnection,
    private readonly say: (line: string) => void,
    /** The pid of the postmaster. */
    readonly pid: number,
    readonly version: string,
  ) {}

  static async start(dataDir: string, say: (line: string) => void): Promise<BenchCluster> {
    let embedded = new EmbeddedPostgres({ dataDir, maxConnections: 200 });
    let connection = await embedded.start();
    if (await applySettings(connection.adminUrl)) {
      await embedded.stop();
      embedded = new EmbeddedPostgres({ dataDir, maxConnections: 200 });
      connection = await embedded.start();
    }
    const { pid, version } = await asAdmin(connection.adminUrl, async (admin) => {
      const { rows } = await admin.query<{ backend: number; version: string }>(
        `SELECT pg_backend_pid() AS backend, current_setting('server_version') AS version`,
      );
      return { pid: parentOf(rows[0]!.backend)!, version: rows[0]!.version };
    });
    return new BenchCluster(embedded, connection, say, pid, version);
  }

  /** All processes of PostgreSQL; later connections run on the processors of the postmaster. */
  processes(): number[] {
    return [this.pid, ...childrenOf(this.pid)];
  }

  /** A copy for measuring of a database with this many documents, which is seeded if no earlier run did. */
  async copyOf(documents: number): Promise<BenchDatabase> {
    const template = await this.seeded(documents);
    const copy = this.database(`bench_run_${documents}`, documents);
    this.copies.push(copy.name);
    await asAdmin(this.connection.adminUrl, async (admin) => {
      await drop(admin, copy.name);
      await admin.query(
        `CREATE DATABASE ${copy.name} TEMPLATE ${template} STRATEGY file_copy OWNER ${OWNER_ROLE}`,
      );
      await admin.query('CHECKPOINT');
    });
    return copy;
  }

  /**
   * The seeded database itself, for one that is too large for a copy and is only read: the sessions of sign-ins stay in it.
   */
  async original(documents: number): Promise<BenchDatabase> {
    return this.database(await this.seeded(documents), documents);
  }

  async stop(): Promise<void> {
    await asAdmin(this.connection.adminUrl, async (admin) => {
      for (const name of this.copies) await drop(admin, name);
    });
    await this.embedded.stop();
  }

  private async seeded(documents: number): Promise<string> {
    const name = `bench_${documents}_${fingerprint()}`;
    const { ownerUrl, adminUrl } = this.database(name, documents);
    await asAdmin(this.connection.adminUrl, async (admin) => {
      const { rows } = await admin.query<{ name: string; finished: boolean }>(
        `SELECT datname AS name, datistemplate AS finished FROM pg_database WHERE datname LIKE 'bench\\_${documents}\\_%'`,
      );
      if (rows.some((row) => row.name === name && row.finished)) return;
      for (const row of rows) await drop(admin, row.name);
      this.say(`seeding ${documents} documents and audit entries; the next run finds them`);
      const began = performance.now();
      await admin.query(`CREATE DATABASE ${name} OWNER ${OWNER_ROLE}`);
      await runMigrations(ownerUrl);
      await seed(adminUrl, documents, this.say);
      // Marks a complete seed.
      await admin.query(`ALTER DATABASE ${name} IS_TEMPLATE true`);
      this.say(`seeded in ${Math.round((performance.now() - began) / 1000)} s`);
    });
    // The store of an earlier run no longer exists.
    await asAdmin(adminUrl, (admin) => admin.query('DELETE FROM documents.blob_store'));
    return name;
  }

  private database(name: string, documents: number): BenchDatabase {
    const at = (url: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).href;
    const { databaseUrl, migrationDatabaseUrl, workerDatabaseUrl, adminUrl } = this.connection;
    return {
      name,
      documents,
      url: at(databaseUrl),
      workerUrl: at(workerDatabaseUrl),
      ownerUrl: at(migrationDatabaseUrl),
      adminUrl: at(adminUrl),
    };
  }
}

export async function asAdmin<T>(adminUrl: string, work: (admin: Client) => Promise<T>): Promise<T> {
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

/**
 * Returns whether they need a restart. Resets every other setting of this cluster, which would influence the measurement.
 */
async function applySettings(adminUrl: string): Promise<boolean> {
  return asAdmin(adminUrl, async (admin) => {
    let changed = false;
    const { rows: stored } = await admin.query<{ name: string }>(
      `SELECT name FROM pg_file_settings WHERE sourcefile LIKE '%/postgresql.auto.conf'`,
    );
    for (const { name } of stored.filter((one) => !(one.name in SETTINGS))) {
      await admin.query(`ALTER SYSTEM RESET ${name}`);
      changed = true;
    }
    for (const [name, value] of Object.entries(SETTINGS)) {
      const { rows } = await admin.query<{ setting: string }>('SELECT current_setting($1) AS setting', [
        name,
      ]);
      if (rows[0]?.setting === value) continue;
      await admin.query(`ALTER SYSTEM SET ${name} = '${value}'`);
      changed = true;
    }
    return changed;
  });
}

async function drop(admin: Client, name: string): Promise<void> {
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (rowCount === 0) return;
  await admin.query(`ALTER DATABASE ${name} IS_TEMPLATE false`);
  await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const folder of SOURCES) {
    for (const file of readdirSync(folder).sort()) {
      if (file.endsWith('.ts')) hash.update(file).update(readFileSync(join(folder, file)));
    }
  }
  return hash.digest('hex').slice(0, 12);
}
