import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseFreePort } from '../../apps/cli/src/embedded-postgres/free-port.js';
import { newSigningKey } from '../support/app.js';
import globalSetup from '../support/global-setup.mjs';
import globalTeardown from '../support/global-teardown.mjs';
import { createTestDatabase } from '../support/postgres.js';
import { cpuMicroseconds, loadAverage, residentMib } from './proc.js';
import { median } from './statistics.js';
import { untilReady } from './until-ready.js';

/*
 * The time of the built API from the start of its process to the first 200 of /health/ready, on a migrated database, and its
 * memory when idle:
 *
 *   npm run build
 *   node --conditions=veritrail-source --import ./test/support/typescript-hooks.mjs test/bench/start-up.ts [rounds]
 *
 * Medians. Exits 1 if a start takes more than two seconds or an idle process more than 180 MiB. Needs Linux (/proc).
 */

const MAIN = 'dist/apps/api/src/main.js';
const ROUNDS = Number(process.argv[2] ?? 5);
const ALLOWED_SECONDS = 2;
const ALLOWED_MIB = 180;
const IDLE_MS = 3000;

interface Start {
  readonly seconds: number;
  /** The processor time of all threads until then. */
  readonly busy: number;
  readonly mib: number;
}

async function startOnce(environment: Readonly<Record<string, string>>): Promise<Start> {
  const port = String(await chooseFreePort('127.0.0.1'));
  const { PATH = '', HOME = '' } = process.env;
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [...process.execArgv.filter((one) => one.startsWith('--cpu-prof')), MAIN],
    {
      env: { PATH, HOME, ...environment, PORT: port },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const pid = child.pid ?? 0;
  try {
    await untilReady(`http://127.0.0.1:${port}`, () => child.exitCode !== null);
    const seconds = (performance.now() - begun) / 1000;
    const busy = cpuMicroseconds(pid) / 1e6;
    await sleep(IDLE_MS);
    return { seconds, busy, mib: residentMib(pid) };
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
}

async function main(): Promise<void> {
  if (!existsSync(MAIN)) throw new Error('The product is not built: run npm run build first');
  await globalSetup();
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'veritrail-bench-'));
  const environment = {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    DATABASE_URL: database.url,
    JWT_PRIVATE_KEY: newSigningKey(),
    DATABASE_CONNECT_TIMEOUT_MS: '10000',
    DATA_DIR: dataDir,
  };
  try {
    // The first start creates the store and other data that later starts find.
    const first = await startOnce(environment);
    console.log(`first: ${first.seconds.toFixed(2)} s; load average ${loadAverage()}`);
    const starts: Start[] = [];
    for (let round = 0; round < ROUNDS; round++) starts.push(await startOnce(environment));
    const [seconds, busy, mib] = (['seconds', 'busy', 'mib'] as const).map((what) =>
      median(starts.map((start) => start[what])),
    ) as [number, number, number];
    console.log(
      `ready after ${seconds.toFixed(2)} s, ${busy.toFixed(2)} s of CPU; idle ${mib.toFixed(0)} MiB`,
    );
    process.exitCode = seconds <= ALLOWED_SECONDS && mib <= ALLOWED_MIB ? 0 : 1;
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
    await database.drop();
    await globalTeardown();
  }
}

void main();
