import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BenchCluster } from './database.js';
import { chooseLayout, pinProcess } from './layout.js';
import { measure, type Measured } from './measure.js';
import { type BenchOptions, readOptions } from './options.js';
import { loadAverage } from './proc.js';
import { SCENARIOS } from './scenarios/index.js';
import { apiEnvironment, floorEnvironment } from './server-settings.js';
import { ServerProcess } from './server-process.js';
import { BenchKey } from './sessions.js';
import { resultTable } from './table.js';
import { World } from './world.js';

const API = 'dist/apps/api/src/main.js';
const FLOOR = join(import.meta.dirname, 'floor', 'server.mjs');

const say = (line: string): void => console.error(`bench: ${line}`);

async function run(options: BenchOptions): Promise<void> {
  if (!existsSync(API)) throw new Error('The product is not built: start this with npm run bench');
  const layout = chooseLayout();
  say(`${layout.description}; load average ${loadAverage()}`);
  pinProcess(layout.generator, process.pid);
  mkdirSync(options.cache, { recursive: true });
  const cluster = await BenchCluster.start(resolve(options.cache), layout, say);
  const folder = mkdtempSync(join(tmpdir(), 'veritrail-bench-'));
  const running: ServerProcess[] = [];
  try {
    const database = await cluster.copyOf(await cluster.seeded(options.documents));
    const key = await BenchKey.create();
    const start = async (name: 'floor' | 'api', main: string, environment: Record<string, string>) => {
      const logFile = join(folder, `${name}.log`);
      const server = await ServerProcess.start({
        name,
        main,
        environment,
        processors: layout.server,
        logFile,
      });
      running.push(server);
      return server;
    };
    const floor = await start('floor', FLOOR, floorEnvironment(database, key.pem, join(folder, 'floor')));
    const api = await start('api', API, apiEnvironment(database, key.pem, join(folder, 'api')));
    const world = await World.open(options.documents, database, key);
    const results: Measured[] = [];
    try {
      for (const scenario of SCENARIOS.filter(({ name }) => options.scenarios.includes(name))) {
        say(scenario.title);
        results.push(await measure(scenario, world, { floor, api }, cluster.pid, options));
      }
    } finally {
      await world.close();
      console.log(resultTable(results));
    }
  } finally {
    await Promise.all(running.map((server) => server.stop()));
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  await run(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
