import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BenchCluster, type BenchDatabase } from './database.js';
import { chooseLayout, type Layout, pinProcess } from './layout.js';
import { type Servers } from './measure.js';
import { apiEnvironment, floorEnvironment } from './server-settings.js';
import { ServerProcess } from './server-process.js';
import { BenchKey } from './sessions.js';
import { Stores } from './stores.js';
import { World } from './world.js';

export const API_MAIN = 'dist/apps/api/src/main.js';
const FLOOR_MAIN = join(import.meta.dirname, 'floor', 'server.mjs');

/** PostgreSQL, and both servers on one copy of the seeded database. Everything of one run, removed by `close`. */
export class Harness {
  private readonly started: ServerProcess[] = [];
  private worlds: World[] = [];

  private constructor(
    readonly layout: Layout,
    readonly cluster: BenchCluster,
    readonly folder: string,
    readonly key: BenchKey,
  ) {}

  static async open(cache: string, say: (line: string) => void): Promise<Harness> {
    const layout = chooseLayout();
    pinProcess(layout.generator, process.pid);
    mkdirSync(cache, { recursive: true });
    const cluster = await BenchCluster.start(resolve(cache), layout, say);
    const folder = mkdtempSync(join(tmpdir(), 'veritrail-bench-'));
    return new Harness(layout, cluster, folder, await BenchKey.create());
  }

  /** A fresh copy of the seeded database, and floor and API on it. */
  async stage(documents: number): Promise<{ world: World; servers: Servers; database: BenchDatabase }> {
    const database = await this.cluster.copyOf(await this.cluster.seeded(documents));
    const stores = new Stores(join(this.folder, 'floor'), join(this.folder, 'api'));
    const servers = {
      floor: await this.startServer(
        'floor',
        FLOOR_MAIN,
        floorEnvironment(database, this.key.pem, stores.floor),
      ),
      api: await this.startApi(database, stores.api),
    };
    const world = await World.open(documents, database, this.key, stores);
    this.worlds.push(world);
    return { world, servers, database };
  }

  async startApi(database: BenchDatabase, dataDir: string): Promise<ServerProcess> {
    return this.startServer('api', API_MAIN, apiEnvironment(database, this.key.pem, dataDir));
  }

  async stopServers(): Promise<void> {
    await Promise.all(this.started.splice(0).map((server) => server.stop()));
    for (const world of this.worlds.splice(0)) await world.close();
  }

  async close(): Promise<void> {
    await this.stopServers();
    await this.cluster.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async startServer(
    name: string,
    main: string,
    environment: Record<string, string>,
  ): Promise<ServerProcess> {
    const logFile = join(this.folder, `${name}-${this.started.length}.log`);
    const server = await ServerProcess.start({
      name,
      main,
      environment,
      processors: this.layout.server,
      logFile,
    });
    this.started.push(server);
    return server;
  }
}
