import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileLock } from '#libs/file-lock';
import { makeDataDirectory } from '../data-directory.js';
import { AccessFile, type AccessRecord } from './access-file.js';
import { findBinaries } from './binaries.js';
import { APPLICATION_ROLE, bootstrap, DATABASE, OWNER_ROLE, WORKER_LOGIN } from './bootstrap.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { initialise, SUPERUSER } from './initialise.js';
import { choosePlacement } from './placement.js';
import { ServerLog } from './server-log.js';
import { HOST, ServerProcess } from './server-process.js';
import { UserRegistry } from './user-registry.js';

const REACH_ATTEMPTS = 5;
const REACH_RETRY_MS = 200;
const LOCK_TIMEOUT_MS = 180_000;
const ACCESS_FILE = 'postgres-access.json';

export interface EmbeddedPostgresOptions {
  /** The folder of the database, its passwords and its log. Created when missing. */
  readonly dataDir: string;
  /** False trades durability at power loss for speed: only for tests. */
  readonly durable?: boolean;
  readonly maxConnections?: number;
  readonly startTimeoutMs?: number;
  /** Where root stores data that PostgreSQL's account cannot reach; see `choosePlacement`. */
  readonly fallbackRoot?: string;
  /** Receives messages for the operator, one line each. */
  readonly report?: (line: string) => void;
}

export interface PostgresConnection {
  readonly port: number;
  /** The application's login: works with rows, owns nothing. */
  readonly databaseUrl: string;
  /** The login of the background jobs. */
  readonly workerDatabaseUrl: string;
  /** The owner of the database: runs migrations. */
  readonly migrationDatabaseUrl: string;
  /** The superuser, connected to the maintenance database. */
  readonly adminUrl: string;
}

/**
 * A PostgreSQL server on the loopback interface with its data in one folder. Several processes may use one
 * folder at once: the first starts it, the last one to stop shuts it down. After a crash, the next start takes it over.
 */
export class EmbeddedPostgres {
  private connection: PostgresConnection | undefined;
  private server: ServerProcess | undefined;
  private users: UserRegistry | undefined;

  constructor(private readonly options: EmbeddedPostgresOptions) {}

  /** True while the data folder holds no database: then the start creates one. */
  isNew(): boolean {
    const access = new AccessFile(join(this.options.dataDir, ACCESS_FILE));
    return !access.exists() || !access.read().initialised;
  }

  /** Resolves when the database accepts connections. Refuses with an `EmbeddedPostgresError`. */
  async start(): Promise<PostgresConnection> {
    if (this.connection !== undefined) return this.connection;
    const dataDir = makeDataDirectory(this.options.dataDir);
    return this.withLock(dataDir, async (users) => {
      users.join();
      try {
        this.connection = await this.startLocked(dataDir);
        return this.connection;
      } catch (error) {
        users.leave();
        if (users.live().length === 0) await this.server?.stop();
        throw error;
      }
    });
  }

  /** Ends the use by this process; stops PostgreSQL if no other process uses it. Idempotent. */
  async stop(): Promise<void> {
    if (this.connection === undefined) return;
    this.connection = undefined;
    await this.withLock(realpathSync(this.options.dataDir), async (users) => {
      users.leave();
      if (users.live().length === 0) await this.server?.stop();
    });
  }

  private async startLocked(dataDir: string): Promise<PostgresConnection> {
    const { durable = true, maxConnections = 100, startTimeoutMs = 120_000 } = this.options;
    const { fallbackRoot = '/var/lib/veritrail', report = () => undefined } = this.options;
    const access = new AccessFile(join(dataDir, ACCESS_FILE));
    const known = readRecord(access, join(dataDir, 'postgres'));
    const placement = choosePlacement(
      { dataDir, access, binaries: findBinaries(), fallbackRoot, report },
      known,
    );
    if (known.initialised && !existsSync(placement.dataDirectory)) {
      throw new EmbeddedPostgresError(
        'DATA_MISSING',
        `The database that belongs to ${access.path} is missing from ${placement.dataDirectory}: ` +
          'restore it, or remove that file as well to start with an empty database.',
      );
    }
    await initialise(placement, known.superuserPassword, durable);
    const log = new ServerLog(join(dataDir, 'postgres.log'));
    this.server = new ServerProcess(placement, log, { durable, maxConnections, startTimeoutMs });
    const connection = await this.reach(this.server, known, access.path);
    const { port } = connection;
    const latest = access.read();
    if (!latest.initialised || latest.port !== port) access.write({ ...latest, initialised: true, port });
    return connection;
  }

  /** A server that is taken over may be terminating: then the next attempt starts a new one. */
  private async reach(
    server: ServerProcess,
    known: AccessRecord,
    accessPath: string,
  ): Promise<PostgresConnection> {
    for (let attempt = 1; ; attempt += 1) {
      const connection = connectionFor(known, await server.ensureRunning(known.port));
      try {
        await bootstrap(connection.adminUrl, known, accessPath);
        return connection;
      } catch (error) {
        if (error instanceof EmbeddedPostgresError || attempt === REACH_ATTEMPTS) throw error;
        await sleep(REACH_RETRY_MS);
      }
    }
  }

  private async withLock<T>(dataDir: string, work: (users: UserRegistry) => Promise<T>): Promise<T> {
    const lock = await FileLock.acquire(join(dataDir, 'postgres.lock'), LOCK_TIMEOUT_MS);
    if (lock === undefined) {
      const reason = `Another process has been starting or stopping PostgreSQL in ${dataDir} for ${LOCK_TIMEOUT_MS / 1000} seconds`;
      throw new EmbeddedPostgresError('LOCK_TIMEOUT', reason);
    }
    try {
      return await work((this.users ??= new UserRegistry(join(dataDir, 'postgres-users'))));
    } finally {
      lock.release();
    }
  }
}

function readRecord(access: AccessFile, usualDataDirectory: string): AccessRecord {
  if (access.exists()) return access.read();
  if (!existsSync(usualDataDirectory)) return access.create();
  throw new EmbeddedPostgresError(
    'PASSWORD_FILE_MISSING',
    `${usualDataDirectory} holds a database but its passwords are missing: restore ${access.path}, or start with a different DATA_DIR.`,
  );
}

function connectionFor(record: AccessRecord, port: number): PostgresConnection {
  const url = (role: string, password: string, database: string): string =>
    `postgres://${role}:${password}@${HOST}:${port}/${database}`;
  return {
    port,
    databaseUrl: url(APPLICATION_ROLE, record.applicationPassword, DATABASE),
    workerDatabaseUrl: url(WORKER_LOGIN, record.workerPassword, DATABASE),
    migrationDatabaseUrl: url(OWNER_ROLE, record.ownerPassword, DATABASE),
    adminUrl: url(SUPERUSER, record.superuserPassword, 'postgres'),
  };
}
