import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { runMigrations } from '#migrations';
import { newLogKey } from '../../support/edge.js';
import { ApiUnderTest } from './api-under-test.js';
import { Client } from './client.js';
import { Ledger } from './ledger.js';
import { PostgresUnderTest } from './postgres-under-test.js';
import { Sandbox } from './sandbox.js';

export interface StackOptions {
  readonly instances?: number;
  /** Overrides the environment of production. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder of the store, by default beside the database. */
  readonly dataDir?: (sandbox: Sandbox) => string | Promise<string>;
  readonly postgresDir?: (sandbox: Sandbox) => string | Promise<string>;
  /** Makes the API connect to a proxy in front of the database. */
  readonly throughProxy?: (port: number) => Promise<number>;
}

/** PostgreSQL, API processes in production mode, and a client with a ledger: the target of an experiment. */
export class Stack {
  private constructor(
    readonly sandbox: Sandbox,
    readonly postgres: PostgresUnderTest,
    readonly apis: readonly ApiUnderTest[],
    readonly client: Client,
    readonly dataDir: string,
    readonly env: Readonly<Record<string, string>>,
    private readonly ledger: Ledger,
  ) {}

  /** Resolves when every instance is ready. */
  static async start(name: string, options: StackOptions = {}): Promise<Stack> {
    const sandbox = Sandbox.create(name);
    try {
      return await Stack.build(sandbox, options);
    } catch (error) {
      await sandbox.close();
      throw error;
    }
  }

  private static async build(sandbox: Sandbox, options: StackOptions): Promise<Stack> {
    const postgresDir = (await options.postgresDir?.(sandbox)) ?? sandbox.path('database');
    const postgres = await PostgresUnderTest.start(postgresDir);
    await runMigrations(postgres.connection.migrationDatabaseUrl);
    const dataDir = (await options.dataDir?.(sandbox)) ?? sandbox.path('data');
    mkdirSync(dataDir, { recursive: true });
    const url = new URL(postgres.connection.databaseUrl);
    if (options.throughProxy) url.port = String(await options.throughProxy(postgres.connection.port));
    const worker = Object.assign(new URL(postgres.connection.workerDatabaseUrl), { port: url.port }).href;
    const env = { ...production(url.href, worker, dataDir), ...options.env };
    const names = Array.from({ length: options.instances ?? 1 }, (_, index) => `api-${index + 1}`);
    const apis = await Promise.all(names.map((name) => ApiUnderTest.create(sandbox, name, env)));
    await Promise.all(apis.map((api) => api.start()));
    const ledger = new Ledger(sandbox.path('ledger'));
    const client = new Client(apis[0]?.url ?? '', ledger);
    return new Stack(sandbox, postgres, apis, client, dataDir, env, ledger);
  }

  /** The first instance, usually the only one. */
  get api(): ApiUnderTest {
    const [first] = this.apis;
    if (!first) throw new Error('There is no instance');
    return first;
  }

  async close(): Promise<void> {
    this.client.close();
    this.ledger.close();
    await this.sandbox.close();
  }
}

function production(databaseUrl: string, workerUrl: string, dataDir: string): Record<string, string> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    WORKER_DATABASE_URL: workerUrl,
    DATA_DIR: dataDir,
    JWT_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    LOG_SIGNING_KEY: newLogKey(),
    LOG_LEVEL: 'warn',
    WORKER_IN_PROCESS: 'true',
    // Limits would hide the faults.
    RATE_LIMIT_PER_MINUTE: '0',
    LOGIN_RATE_LIMIT_PER_MINUTE: '1000000',
    ACCESS_TOKEN_TTL_SECONDS: '3600',
  };
}
