import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client } from 'pg';
import { faultsOfLog, progressOf } from '../support/sealing.js';
import { PRODUCT } from './support/api-under-test.js';
import { RandomKills } from './support/random-kills.js';
import { QUICK, FaultHarness } from './support/harness.js';
import { Supervised } from './support/supervised.js';

const ENTRIES = QUICK ? 5000 : 100_000;
const WRITERS = 8;
const SEQUENCERS = 2;
const DECIDERS = 2;
const DEATH_EVERY_MS = 2000;
/** The limit from the end of the last fault until every entry is sealed. */
const SEALED_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 200;
const LONGEST_MS = 30 * 60_000;

interface Seen {
  readonly size: number;
  readonly root: string;
}

describe(`L1 ${WRITERS} processes write ${ENTRIES} entries while writers and sequencers are killed`, () => {
  let harness: FaultHarness;
  let writers: Supervised[];
  let sequencers: Supervised[];
  let rows: Client;
  /** The checkpoints that an outside client could have kept. */
  const seen: Seen[] = [];

  beforeAll(async () => {
    const env = { WORKER_IN_PROCESS: 'false', DATABASE_POOL_SIZE: '5', LOG_ORIGIN: 'log.fault.example/l1' };
    harness = await FaultHarness.open('L1', { env });
    const { sandbox, env: all, postgres } = harness.stack;
    const program = join(__dirname, 'support', 'entry-writer.mjs');
    writers = Array.from(
      { length: WRITERS },
      (_, at) => new Supervised(sandbox, `writer-${at}`, [program, PRODUCT, ledger(at)], all),
    );
    const worker = join(PRODUCT, 'dist/apps/worker/src/main.js');
    sequencers = Array.from(
      { length: SEQUENCERS },
      (_, at) => new Supervised(sandbox, `worker-${at}`, ['--enable-source-maps', worker], all),
    );
    rows = await postgres.connect();
  });

  afterAll(async () => {
    await rows?.end();
    await harness?.close();
  });

  const ledger = (writer: number): string => harness.stack.sandbox.path(`entries-${writer}`);

  const acknowledged = (): string[] =>
    writers.flatMap((_, at) =>
      existsSync(ledger(at)) ? readFileSync(ledger(at), 'utf8').split('\n').filter(Boolean) : [],
    );

  const decide = async (stopping: AbortSignal): Promise<void> => {
    const { workload, owner, reviewer } = harness;
    while (!stopping.aborted) {
      const { document } = await workload.upload(owner, { size: 2000 });
      if (document) await workload.decide(reviewer, document);
      await sleep(100);
    }
  };

  const watch = async (stopping: AbortSignal): Promise<void> => {
    while (!stopping.aborted) {
      seen.push(...(await newestCheckpoint(rows)));
      await sleep(LOOK_EVERY_MS);
    }
  };

  /** Fails the experiment at once when a process ends by itself, for example because it cannot start. */
  const supervise = async (stopping: AbortSignal): Promise<void> => {
    while (!stopping.aborted) {
      for (const one of [...sequencers, ...writers]) one.check();
      await sleep(LOOK_EVERY_MS);
    }
  };

  it(
    'loses no entry, leaves no gap, signs no second history',
    async () => {
      // On a busy machine a start takes longer than the time between two kills: without this wait no process would do any work.
      for (const one of [...sequencers, ...writers]) one.start();
      const load = harness.load([watch, supervise, ...Array.from({ length: DECIDERS }, () => decide)]);
      while (seen.length === 0 || !writers.every((_, at) => existsSync(ledger(at)))) await load.lasts(200);
      const begun = performance.now();
      const kills = new RandomKills({ writers, sequencers }, DEATH_EVERY_MS);
      const killing = harness.load([supervise, (stopping) => kills.go(stopping)]);
      const before = (await progressOf(rows)).entries;
      const isEnough = async (): Promise<boolean> =>
        (await progressOf(rows)).entries - before >= ENTRIES && kills.writers > 0 && kills.sequencers > 0;
      while (!(await isEnough())) await killing.lasts(1000);
      await killing.stop();
      await load.stop();
      await Promise.all(writers.map((writer) => writer.end()));
      const seconds = Math.round((performance.now() - begun) / 1000);

      const ended = performance.now();
      let state = await progressOf(rows);
      while (state.published < state.entries && performance.now() - ended < SEALED_WITHIN_MS) {
        await sleep(50);
        state = await progressOf(rows);
      }
      const numbers = acknowledged();
      harness.report(
        `${state.entries} entries in ${seconds} s, ${numbers.length} of writers who heard so; ` +
          `killed ${kills.writers} writers and ${kills.sequencers} sequencers, froze ${kills.freezes}; ` +
          `the last was sealed ${Math.round(performance.now() - ended)} ms after the end; ${await pauses(rows)}`,
      );
      expect(state).toEqual({ entries: state.entries, sealed: state.entries, published: state.entries });
      expect(await faultsOfLog(rows)).toEqual([]);
      expect(await contradicted(rows, seen)).toEqual([]);
      expect(await unsealed(rows, numbers)).toEqual([]);
      harness.report(`${seen.length} looks at the newest checkpoint agree with the log`);
    },
    LONGEST_MS,
  );

  it('has a receipt for every acknowledged decision', async () => {
    const { workload, stack, owner } = harness;
    const missing: string[] = [];
    for (const { documentId, decisionId } of workload.decisions) {
      const path = `/v1/documents/${documentId}/decisions/${decisionId}/receipt`;
      const { status, body } = await stack.client.send({ path, token: owner.token });
      if (status !== 200 || !body.toString().startsWith('c2sp.org/tlog-proof@v1\n')) missing.push(decisionId);
    }
    expect(missing).toEqual([]);
    harness.report(`${workload.decisions.length} decisions, each with its receipt`);
    expect(await harness.problems()).toEqual([]);
  });
});

async function newestCheckpoint(rows: Client): Promise<Seen[]> {
  const { rows: found } = await rows.query<{ size: string; root: string }>(
    `SELECT tree_size AS size, encode(root_hash, 'hex') AS root FROM audit.checkpoints ORDER BY tree_size DESC LIMIT 1`,
  );
  return found.map(({ size, root }) => ({ size: Number(size), root }));
}

/** Observed checkpoints that the log no longer contains, or contains with a different root. */
async function contradicted(rows: Client, seen: readonly Seen[]): Promise<Seen[]> {
  const kept = await rows.query<{ size: string; root: string }>(
    `SELECT tree_size AS size, encode(root_hash, 'hex') AS root FROM audit.checkpoints`,
  );
  const roots = new Map(kept.rows.map(({ size, root }) => [Number(size), root]));
  return seen.filter(({ size, root }) => roots.get(size) !== root);
}

/** Numbers that the database acknowledged and whose entry is not in the log. */
async function unsealed(rows: Client, numbers: readonly string[]): Promise<string[]> {
  const missing = await rows.query<{ number: string }>(
    `SELECT number FROM unnest($1::text[]) AS number
     EXCEPT SELECT e.details->>'number' FROM audit.entries e JOIN audit.sealed_leaves ON entry_id = e.id`,
    [numbers],
  );
  return missing.rows.map(({ number }) => number);
}

/** From the time of an entry to the first checkpoint that covers it, including kills and takeovers. */
async function pauses(rows: Client): Promise<string> {
  const { rows: found } = await rows.query<{ half: string; most: string; worst: string }>(
    `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY lag)::text AS half,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY lag)::text AS most, max(lag)::text AS worst
     FROM (
       SELECT round(extract(epoch FROM c.signed_at - e.occurred_at)::numeric, 3) AS lag
       FROM audit.sealed_leaves s JOIN audit.entries e ON e.id = s.entry_id
       CROSS JOIN LATERAL (SELECT signed_at FROM audit.checkpoints WHERE tree_size > s.leaf_index
         ORDER BY tree_size LIMIT 1) c) lags`,
  );
  const { half, most, worst } = found[0] ?? {};
  return `an entry waited ${half} s for its checkpoint, p99 ${most} s, at worst ${worst} s`;
}
