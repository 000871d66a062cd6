import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { drive, type Load } from '../drive.js';
import { type Finding } from '../finding.js';
import { type Harness } from '../harness.js';
import { pinProcess } from '../layout.js';
import { CLAIM_AND_VERIFY } from '../scenarios/decisions.js';
import { apiEnvironment } from '../server-settings.js';
import { median } from '../statistics.js';

const WORKER_MAIN = 'dist/apps/worker/src/main.js';
/** Entries from before are sealed first, and are not measured. */
const DOCUMENTS = 5000;
const CAUGHT_UP_MS = 300_000;

/** Upper bounds in seconds: those of `veritrail_sealing_lag_seconds` up to its limit, and a larger one. */
const BOUNDS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];

interface Lag {
  readonly entries: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** For each bound, how many entries waited no longer. */
  readonly within: readonly number[];
}

/**
 * Decisions with a running and with a stopped worker, in turn; and how long an entry waited for the checkpoint that covers it
 * while the worker ran.
 */
export async function sealing(
  harness: Harness,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<Finding[]> {
  const { dataset, servers, database } = await harness.stage(DOCUMENTS);
  const rows = new Client({ connectionString: database.ownerUrl });
  await rows.connect();
  const dataDir = join(harness.folder, `api-${database.documents}`);
  const worker = startWorker(
    { ...apiEnvironment(database, harness.key.pem, dataDir), ...logKey() },
    harness.folder,
  );
  pinProcess(harness.layout.server, worker.pid ?? 0);
  try {
    const { api } = servers;
    const prepared = await CLAIM_AND_VERIFY.prepare(dataset, { floor: servers.floor.url, api: api.url });
    const run = async (): Promise<number> => {
      const load = (await prepared.load('api', seconds)) as Load;
      await caughtUp(rows, worker);
      const driven = await drive(api.url, load);
      return driven.requests / driven.seconds;
    };
    await run();
    const began = await now(rows);
    const [on, off]: [number[], number[]] = [[], []];
    const spans: string[] = [];
    const sealed = async (): Promise<void> => {
      const from = await now(rows);
      on.push(await run());
      spans.push(`${from} ${await now(rows)}`);
      await caughtUp(rows, worker);
    };
    const unsealed = async (): Promise<void> => {
      const load = (await prepared.load('api', seconds)) as Load;
      await caughtUp(rows, worker);
      worker.kill('SIGSTOP');
      const driven = await drive(api.url, load);
      off.push(driven.requests / driven.seconds);
      worker.kill('SIGCONT');
      await caughtUp(rows, worker);
    };
    // The order alternates, because the database grows.
    for (let round = 0; round < rounds; round++) {
      for (const turn of round % 2 === 0 ? [sealed, unsealed] : [unsealed, sealed]) await turn();
    }
    const lag = await lagOf(rows, began, spans);
    return [
      {
        what: 'decisions with sealing relative to without',
        seen: median(on) / median(off),
        unit: '',
        wanted: { least: 0.75 },
        how: `${rounds} alternating rounds of ${seconds} s, ${median(on).toFixed(0)} and ${median(off).toFixed(0)} requests per second; the worker shares the API’s core`,
      },
      {
        what: 'time from entry to checkpoint, p99, during decisions',
        seen: lag.p99,
        unit: 's',
        wanted: { most: 1 },
        how: `${lag.entries} entries, median ${lag.p50} s, maximum ${lag.most} s; cumulative: ${shares(lag)}`,
      },
    ];
  } finally {
    await end(worker);
    await rows.end();
  }
}

/** The cumulative histogram. */
function shares({ entries, within }: Lag): string {
  return BOUNDS.map((bound, at) => `${bound} s: ${((100 * (within[at] ?? 0)) / entries).toFixed(1)} %`).join(
    ', ',
  );
}

function logKey(): Record<string, string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    LOG_SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    LOG_ORIGIN: 'log.bench.example',
    LOG_LEVEL: 'warn',
  };
}

function startWorker(environment: Readonly<Record<string, string>>, folder: string): ChildProcess {
  const log = openSync(join(folder, 'worker.log'), 'w');
  const { PATH = '', HOME = '' } = process.env;
  return spawn(process.execPath, [WORKER_MAIN], {
    env: { PATH, HOME, TMPDIR: folder, ...environment },
    stdio: ['ignore', log, log],
  });
}

async function end(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, 'exit');
  worker.kill('SIGCONT');
  worker.kill('SIGTERM');
  await ended;
}

async function now(rows: Client): Promise<string> {
  const { rows: found } = await rows.query<{ now: string }>(`SELECT clock_timestamp()::text AS now`);
  return found[0]?.now.replace(' ', 'T') ?? '';
}

/** Resolves when a checkpoint covers every entry. */
async function caughtUp(rows: Client, worker: ChildProcess): Promise<void> {
  const deadline = performance.now() + CAUGHT_UP_MS;
  for (;;) {
    const { rows: found } = await rows.query<{ done: boolean }>(
      `SELECT (SELECT count(*) FROM audit.entries)
         = coalesce((SELECT max(tree_size) FROM audit.checkpoints), 0) AS done`,
    );
    if (found[0]?.done === true) return;
    if (worker.exitCode !== null) throw new Error('The worker has ended: see worker.log');
    if (performance.now() > deadline) throw new Error('The sequencer does not catch up');
    await sleep(50);
  }
}

async function lagOf(rows: Client, began: string, spans: readonly string[]): Promise<Lag> {
  const { rows: found } = await rows.query<Lag>(
    `SELECT count(*)::int AS entries, percentile_cont(0.5) WITHIN GROUP (ORDER BY lag) AS p50,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY lag) AS p99, max(lag) AS most,
       (SELECT array_agg(n ORDER BY bound) FROM unnest($3::float8[]) AS bound
        CROSS JOIN LATERAL (SELECT count(*)::int AS n FROM unnest(array_agg(lag)) AS one WHERE one <= bound) counted) AS within
     FROM (
       SELECT extract(epoch FROM c.signed_at - e.occurred_at)::float8 AS lag
       FROM audit.entries e JOIN audit.sealed_leaves s ON s.entry_id = e.id
       CROSS JOIN LATERAL (SELECT signed_at FROM audit.checkpoints WHERE tree_size > s.leaf_index
         ORDER BY tree_size LIMIT 1) c
       WHERE e.occurred_at >= $1 AND EXISTS (
         SELECT FROM unnest($2::text[]) AS span
         WHERE e.occurred_at BETWEEN split_part(span, ' ', 1)::timestamptz AND split_part(span, ' ', 2)::timestamptz)
     ) lags`,
    [began, spans, BOUNDS],
  );
  const [lag] = found;
  if (!lag) throw new Error('Nothing was sealed');
  return { ...lag, p50: toMs(lag.p50), p99: toMs(lag.p99), most: toMs(lag.most) };
}

function toMs(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
