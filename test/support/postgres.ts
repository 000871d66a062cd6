import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { Client } from 'pg';
import {
  APPLICATION_GROUP,
  EmbeddedPostgres,
  WORKER_ROLES,
} from '../../apps/cli/src/embedded-postgres/index.js';
import { oncePerRun } from './once-per-run.js';

const CLONE_LOCK = 7_205_131;

export interface TestDatabase {
  /** The application's login, as the product uses it. */
  readonly url: string;
  /** The login of the background jobs. */
  readonly workerUrl: string;
  /** The owner, as migrations use it. */
  readonly ownerUrl: string;
  /** The superuser: for assertions about what the application itself may not see or do. */
  readonly adminUrl: string;
  readonly name: string;
  drop(): Promise<void>;
}

const workerUrls = new Map<string, string>();

/** The worker's login for a database that this process created; undefined for any other database. */
export function workerUrlFor(url: string): string | undefined {
  return workerUrls.get(url);
}

interface RunServer {
  readonly url: string;
  readonly workerUrl: string;
  readonly ownerUrl: string;
  readonly adminUrl: string;
  readonly prefix: string;
}

/**
 * A database for the caller: a clone of the migrated template, an empty one, or, like a restored backup, the copy of a
 * database without connections. The first call of a run starts PostgreSQL. Drop it in `afterAll`; the end of the run removes
 * what is left.
 */
export async function createTestDatabase(
  options: { empty?: boolean; copyOf?: Pick<TestDatabase, 'name'> } = {},
): Promise<TestDatabase> {
  const server = await runServer();
  const name = `${server.prefix}_${randomBytes(5).toString('hex')}`;
  workerUrls.set(inDatabase(server.url, name), inDatabase(server.workerUrl, name));
  const template = options.copyOf?.name ?? (options.empty === true ? 'template0' : templateOf(server));
  await asAdmin(server, async (admin) => {
    await admin.query('SELECT pg_advisory_lock($1)', [CLONE_LOCK]);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${userOf(server.ownerUrl)}`);
  });
  return {
    name,
    url: inDatabase(server.url, name),
    workerUrl: inDatabase(server.workerUrl, name),
    ownerUrl: inDatabase(server.ownerUrl, name),
    adminUrl: inDatabase(server.adminUrl, name),
    drop: () =>
      asAdmin(
        server,
        async (admin) => void (await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
      ),
  };
}

/** The server of this run; the first test process that needs it starts it and migrates its template. */
function runServer(): Promise<RunServer> {
  return oncePerRun('server', prepareServer);
}

async function prepareServer(directory: string): Promise<RunServer> {
  const external = process.env['TEST_DATABASE_URL'] ?? '';
  const prefix = basename(directory);
  const server =
    external === '' ? await startEmbedded(directory, prefix) : await useExternal(external, prefix);
  const template = templateOf(server);
  await asAdmin(server, async (admin) => {
    await admin.query(`DROP DATABASE IF EXISTS ${template}`);
    await admin.query(`CREATE DATABASE ${template} TEMPLATE template0 OWNER ${userOf(server.ownerUrl)}`);
  });
  // Loaded only by the one test process that needs it.
  const { runMigrations } = await import('#migrations');
  await runMigrations(inDatabase(server.ownerUrl, template));
  return server;
}

async function startEmbedded(dataDir: string, prefix: string): Promise<RunServer> {
  const embedded = new EmbeddedPostgres({ dataDir, durable: false, maxConnections: 300 });
  const { databaseUrl, migrationDatabaseUrl, workerDatabaseUrl, adminUrl } = await embedded.start();
  const url = databaseUrl;
  return { url, workerUrl: workerDatabaseUrl, ownerUrl: migrationDatabaseUrl, adminUrl, prefix };
}

/** On an external server every login belongs to this run; only the name of the group role is fixed by the migrations. */
async function useExternal(adminUrl: string, prefix: string): Promise<RunServer> {
  const password = randomBytes(18).toString('base64url');
  const as = (user: string): string => Object.assign(new URL(adminUrl), { username: user, password }).href;
  const server = {
    adminUrl,
    prefix,
    ownerUrl: as(`${prefix}_owner`),
    url: as(`${prefix}_app`),
    workerUrl: as(`${prefix}_worker`),
  };
  await asAdmin(server, async (admin) => {
    await admin.query('SELECT pg_advisory_lock($1)', [CLONE_LOCK]);
    const { rowCount } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [APPLICATION_GROUP]);
    if (rowCount === 0) await admin.query(`CREATE ROLE ${APPLICATION_GROUP} NOLOGIN`);
    await admin.query(`CREATE ROLE ${prefix}_owner LOGIN CREATEROLE PASSWORD '${password}'`);
    await admin.query(`CREATE ROLE ${prefix}_app LOGIN PASSWORD '${password}' IN ROLE ${APPLICATION_GROUP}`);
    await admin.query(`GRANT ${APPLICATION_GROUP} TO ${prefix}_owner WITH ADMIN OPTION`);
    await admin.query(`CREATE ROLE ${prefix}_worker LOGIN NOINHERIT PASSWORD '${password}'`);
    for (const role of WORKER_ROLES) {
      const existing = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
      if (existing.rowCount === 0) await admin.query(`CREATE ROLE ${role} NOLOGIN`);
      await admin.query(`GRANT ${role} TO ${prefix}_owner WITH ADMIN OPTION`);
      await admin.query(`GRANT ${role} TO ${prefix}_worker`);
    }
  });
  return server;
}

async function asAdmin(server: RunServer, work: (admin: Client) => Promise<void>): Promise<void> {
  const admin = new Client({ connectionString: server.adminUrl });
  try {
    await admin.connect();
    await work(admin);
  } finally {
    await admin.end();
  }
}

function templateOf(server: RunServer): string {
  return `${server.prefix}_template`;
}

function userOf(url: string): string {
  return new URL(url).username;
}

function inDatabase(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}
