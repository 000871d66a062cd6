import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BenchCluster, type BenchDatabase } from './database.js';
import { chooseLayout, type Layout, pinProcess } from './layout.js';
import {
  apiEnvironment,
  floorEnvironment,
  newLogKey,
  POOL_SIZE,
  workerEnvironment,
} from './server-settings.js';
import { ServerProcess } from './server-process.js';
import { type ServerName } from './scenario.js';
import { sealLog } from './seal-log.js';
import { BenchKey } from './sessions.js';
import { Stores } from './stores.js';
import { Dataset } from './dataset.js';

export const API_MAIN = 'dist/apps/api/src/main.js';
const FLOOR_MAIN = join(import.meta.dirname, 'floor', 'server.mjs');

export type Servers = Readonly<Record<ServerName, ServerProcess>>;

/** A seeded database or its copy, with floor and API. */
export interface Stage {
  readonly dataset: Dataset;
  readonly servers: Servers;
  readonly database: BenchDatabase;
}

/** PostgreSQL and everything that a run starts and writes to disk; `close` removes all of it. */
export class Harness {
  private readonly started = new Set<ServerProcess>();
  private readonly worlds: Dataset[] = [];
  private readonly stages = new Map<number, Stage>();
  private readonly logKey = newLogKey();
  private closed = false;

  private constructor(
    readonly layout: Layout,
    readonly cluster: BenchCluster,
    readonly folder: string,
    readonly key: BenchKey,
  ) {}

  static async open(cache: string, say: (line: string) => void): Promise<Harness> {
    mkdirSync(cache, { recursive: true });
    const cluster = await BenchCluster.start(resolve(cache), say);
    const folder = mkdtempSync(join(tmpdir(), 'veritrail-bench-'));
    return new Harness(chooseLayout(), cluster, folder, await BenchKey.create());
  }

  /** One stage for each size in a run; the first call prepares it, on a copy unless it is only read. */
  async stage(documents: number, { onlyRead = false } = {}): Promise<Stage> {
    const known = this.stages.get(documents);
    if (known) return known;
    const database = await (onlyRead ? this.cluster.original(documents) : this.cluster.copyOf(documents));
    // Seeding may use all processors.
    this.pin();
    const stores = new Stores(join(this.folder, `floor-${documents}`), join(this.folder, `api-${documents}`));
    if (!onlyRead) await stores.age(documents);
    const seal = (): Promise<void> =>
      sealLog(database, workerEnvironment(database, this.key.pem, this.logKey, stores.api));
    const dataset = await Dataset.open(documents, database, this.key, stores, seal);
    this.worlds.push(dataset);
    const servers = {
      floor: await this.startFloor(database),
      api: await this.startApi(database),
    };
    const stage = { dataset, servers, database };
    this.stages.set(documents, stage);
    return stage;
  }

  /** Starts another API process on this database and its store. */
  async startApi(
    database: BenchDatabase,
    { pinned = true, probed = true, poolSize = POOL_SIZE } = {},
  ): Promise<ServerProcess> {
    const dataDir = join(this.folder, `api-${database.documents}`);
    const environment = {
      ...apiEnvironment(database, this.key.pem, dataDir),
      DATABASE_POOL_SIZE: String(poolSize),
    };
    return this.start({ name: 'API', main: API_MAIN, environment, pinned, probed });
  }

  /** Starts another floor process on this database. */
  startFloor(database: BenchDatabase, { pinned = true } = {}): Promise<ServerProcess> {
    const dataDir = join(this.folder, `floor-${database.documents}`);
    const environment = floorEnvironment(database, this.key.pem, dataDir);
    return this.start({ name: 'floor', main: FLOOR_MAIN, environment, pinned, probed: true });
  }

  /** Pins the load generator and PostgreSQL to the processors of the layout. */
  pin(): void {
    pinProcess(this.layout.generator, process.pid);
    for (const pid of this.cluster.processes()) pinProcess(this.layout.database, pid);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await Promise.all([...this.started].map((server) => server.stop()));
    for (const dataset of this.worlds) await dataset.close();
    await this.cluster.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async start(what: {
    readonly name: string;
    readonly main: string;
    readonly environment: Record<string, string>;
    readonly pinned: boolean;
    readonly probed: boolean;
  }): Promise<ServerProcess> {
    const server = await ServerProcess.start({
      ...what,
      processors: what.pinned ? this.layout.server : this.layout.all,
      logFile: join(this.folder, `${this.started.size}.log`),
    });
    this.started.add(server);
    return server;
  }
}
