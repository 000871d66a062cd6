import { mkdtempSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client } from 'pg';
import { SEALING } from '#libs/audit';
import { parseCheckpoint, parseNote } from '#libs/tlog';
import { ApiProcess } from '../support/api-process.js';
import { testEnvironment } from '../support/app.js';
import { type TestDatabase } from '../support/postgres.js';
import { faultsOfLog, progressOf, type SealingHarness, writeEntries } from '../support/sealing.js';
import { SourceProgram } from '../support/source-program.js';
import { asOwner, TestLogs } from '../support/test-logs.js';
import { WorkerProcess } from '../support/worker-process.js';

const ORIGIN = 'log.example.com/test';
const SECOND = 'log.example.com/second';
/** The worker checks again every five seconds. */
const GOES_ON_WITHIN_MS = 30_000;
/** Each test starts programs one after the other, on a machine that may be busy. */
jest.setTimeout(240_000);

const logs = new TestLogs();
const workers: WorkerProcess[] = [];
const apis: ApiProcess[] = [];

afterEach(async () => {
  await Promise.all([...workers.splice(0), ...apis.splice(0)].map((one) => one.end()));
  await logs.close();
});

/** The variables of an operator's processes for this database and this log. */
function environment(
  database: TestDatabase,
  harness: SealingHarness,
  origin = ORIGIN,
): Record<string, string> {
  return {
    ...testEnvironment(),
    ...harness.environment,
    LOG_ORIGIN: origin,
    DATABASE_URL: database.url,
    DATA_DIR: mkdtempSync(join(process.env['VERITRAIL_TEST_RUN'] ?? tmpdir(), 'recovery-')),
    SELF_REGISTRATION: 'true',
  };
}

async function startWorker(variables: Record<string, string>): Promise<WorkerProcess> {
  const worker = await WorkerProcess.start(variables);
  workers.push(worker);
  return worker;
}

async function until(what: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + GOES_ON_WITHIN_MS;
  while (!(await what())) {
    if (performance.now() > deadline) throw new Error('It did not happen in time');
    await sleep(50);
  }
}

const isReady = (worker: WorkerProcess) => async () => (await worker.readiness()).status === 200;
const isStopped = (worker: WorkerProcess) => async () => (await worker.readiness()).status === 503;

/** Writes entries, which a temporary worker seals before it ends. */
async function grow(database: TestDatabase, harness: SealingHarness, count: number): Promise<void> {
  const worker = await startWorker(environment(database, harness));
  await writeEntries(await harness.process(), count);
  await asOwner(database, async (owner) =>
    until(async () => {
      const { entries, published } = await progressOf(owner);
      return entries === published;
    }),
  );
  await worker.end('SIGTERM');
  await harness.close();
}

async function recoverLog(variables: Record<string, string>, ...args: string[]) {
  const { PATH = '', HOME = '' } = process.env;
  const program = SourceProgram.start('apps/cli/src/main.ts', ['recover-log', ...args], {
    PATH,
    HOME,
    ...variables,
  });
  return program.finish();
}

const recoveriesIn = async (owner: Client): Promise<unknown[]> =>
  (
    await owner.query(
      `SELECT actor_type, outcome, target_id, details FROM audit.entries WHERE action = 'audit.log_recovered'`,
    )
  ).rows;

/** The name and the size of each checkpoint in the tables. */
async function publishedIn(owner: Client): Promise<Array<{ origin: string; size: number }>> {
  const { rows } = await owner.query<{ note: string }>(
    'SELECT note FROM audit.checkpoints ORDER BY tree_size',
  );
  return rows.map(({ note }) => {
    const { origin, size } = parseCheckpoint(parseNote(note).text);
    return { origin, size };
  });
}

describe('a restored backup', () => {
  it('stops the worker, not the API, until the command lets it continue under another origin', async () => {
    const original = await logs.database();
    const harness = logs.harness(original);
    await grow(original, harness, 20);
    const backup = await logs.database(original);
    await grow(original, harness, 5);

    const variables = environment(backup, harness);
    const worker = await startWorker(variables);
    await until(isStopped(worker));
    const reason =
      /^A checkpoint at size 25 was published, but this database has only 20 sealed entries: it was restored from a backup, or entries were deleted\./;
    expect((await worker.readiness()).body).toMatchObject({
      code: 'NOT_READY',
      checks: { serving: 'up', database: 'up', jobs: 'up', work: 'down', sealing: 'up' },
      stopped: { [SEALING]: expect.stringMatching(reason) },
    });
    expect(await worker.metrics()).toContain(`veritrail_work_stopped{work="${SEALING}"} 1`);
    expect(await worker.nextLogLine(/Sealing has stopped/)).toContain('it was restored from a backup');
    expect((await fetch(`${worker.url}/health/live`)).status).toBe(200);

    // The API continues, and its entries wait for the seal.
    const api = ApiProcess.start(variables);
    apis.push(api);
    const url = await api.ready();
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    const registered = await fetch(`${url}/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        email: 'late@example.com',
        displayName: 'Late',
        password: 'seven slow herons wade at dusk',
      }),
    });
    expect(registered.status).toBe(202);
    expect(registered.headers.get('audit-checkpoint')).toMatch(/^size=20,/);

    // A look changes nothing, and nothing more is signed under the old origin.
    const looked = await recoverLog(variables);
    expect(looked).toMatchObject({ exitCode: 0, errors: '' });
    expect(looked.output).toContain('sealed in this database:   20');
    expect(looked.output).toContain('published, by the anchor:  25');
    expect(looked.output).toContain('Sealing has stopped: A checkpoint at size 25 was published');
    const refused = await recoverLog(variables, '--reason', 'it must go on');
    expect(refused.exitCode).not.toBe(0);
    expect(refused.errors).toContain(
      `Checkpoints of ${ORIGIN} were published that cover entries which this database does not have`,
    );
    await asOwner(backup, async (owner) => {
      expect(await recoveriesIn(owner)).toEqual([]);
      expect(await progressOf(owner)).toMatchObject({ sealed: 20, published: 20 });
    });

    // Under another origin the worker stops too, until the command confirms the change.
    await worker.end('SIGTERM');
    const renamed = environment(backup, harness, SECOND);
    const second = await startWorker(renamed);
    await until(isStopped(second));
    expect((await second.readiness()).body).toMatchObject({
      stopped: {
        [SEALING]: expect.stringContaining(
          `was published with the origin ${ORIGIN}, but the configured origin is ${SECOND}`,
        ),
      },
    });
    const told = await recoverLog(renamed, '--reason', 'The disk burnt; five entries are lost.');
    expect(told).toMatchObject({ exitCode: 0, errors: '' });
    expect(told.output).toContain(`Recorded. Sealing continues as ${SECOND} within seconds.`);
    await until(isReady(second));
    expect(await second.metrics()).toContain(`veritrail_work_stopped{work="${SEALING}"} 0`);
    await asOwner(backup, async (owner) => {
      await until(async () => {
        const { entries, published } = await progressOf(owner);
        return entries === published;
      });
      expect(await faultsOfLog(owner)).toEqual([]);
      expect(await recoveriesIn(owner)).toEqual([
        {
          actor_type: 'operator',
          outcome: 'succeeded',
          target_id: SECOND,
          details: {
            reason: 'The disk burnt; five entries are lost.',
            contradiction: expect.stringContaining(`the configured origin is ${SECOND}`),
            published: { origin: ORIGIN, size: 20, root: expect.any(String) },
            anchored: { origin: ORIGIN, size: 25, root: expect.any(String) },
          },
        },
      ]);
      const beyond = (await publishedIn(owner)).filter(({ size }) => size > 20);
      expect(new Set(beyond.map(({ origin }) => origin))).toEqual(new Set([SECOND]));
    });
    expect(await recoverLog(renamed)).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('Sealing is not stopped.'),
    });
  });

  it('needs no command when its missing entries come back', async () => {
    const original = await logs.database();
    const harness = logs.harness(original);
    await grow(original, harness, 3);
    const backup = await logs.database(original);
    await grow(original, harness, 2);
    const worker = await startWorker(environment(backup, harness));
    await until(isStopped(worker));
    await worker.end('SIGTERM');
    const again = await startWorker(environment(original, harness));
    await until(isReady(again));
    await writeEntries(await harness.process(), 1);
    await asOwner(original, async (owner) => {
      await until(async () => (await progressOf(owner)).published === 6);
      expect(await faultsOfLog(owner)).toEqual([]);
    });
  });
});

describe('a lost anchor', () => {
  it('stops the worker until the command confirms that this database is the newest', async () => {
    const original = await logs.database();
    const harness = logs.harness(original);
    await grow(original, harness, 4);
    renameSync(harness.anchorDir, `${harness.anchorDir}.moved`);
    const variables = environment(original, harness);
    const worker = await startWorker(variables);
    await until(isStopped(worker));
    expect((await recoverLog(variables)).output).toContain('there is no anchor');
    const told = await recoverLog(variables, '--reason', 'The volume was replaced.');
    expect(told).toMatchObject({ exitCode: 0, errors: '' });
    // The same worker, without a restart.
    await until(isReady(worker));
    await asOwner(original, async (owner) => {
      await until(async () => (await progressOf(owner)).published === 5);
      expect(await faultsOfLog(owner)).toEqual([]);
      expect(new Set((await publishedIn(owner)).map(({ origin }) => origin))).toEqual(new Set([ORIGIN]));
    });
  });
});
