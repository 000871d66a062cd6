import { setTimeout as sleep } from 'node:timers/promises';
import { type INestApplicationContext } from '@nestjs/common';
import { SEALING } from '#libs/audit';
import { FaultProxy } from '../faults/support/fault-proxy.js';
import { testEnvironment } from '../support/app.js';
import { useClient, useDatabase } from '../support/describe-api.js';
import { afterwards } from '../support/during-tests.js';
import { faultsOfLog, progressOf, SealingHarness, writeEntries } from '../support/sealing.js';
import { WorkerProcess } from '../support/worker-process.js';

/** The promised time from the fault to a checkpoint that covers an entry written after it. */
const WITHIN_MS = 5000;
/** The machine may be busy with other tests: one of these attempts has to meet the limit. */
const ATTEMPTS = 3;
const NEVER_MS = 20_000;
/** Each attempt starts two programs. */
jest.setTimeout(240_000);

let harness: SealingHarness;
let writer: INestApplicationContext;
let proxy: FaultProxy;
const workers: WorkerProcess[] = [];

const database = useDatabase();
const admin = useClient(() => database.adminUrl);

beforeAll(async () => {
  harness = new SealingHarness(database.url);
  writer = await harness.process();
});

beforeEach(async () => {
  const { hostname, port } = new URL(database.url);
  proxy = await FaultProxy.start({ host: hostname, port: Number(port) });
});

afterEach(async () => {
  proxy.close();
  await Promise.all(workers.splice(0).map((worker) => worker.end()));
});

afterwards(async () => {
  await harness?.close();
});

async function start(port = new URL(database.url).port): Promise<WorkerProcess> {
  const worker = await WorkerProcess.start({
    ...testEnvironment(),
    ...harness.environment,
    DATABASE_URL: Object.assign(new URL(database.url), { hostname: '127.0.0.1', port }).href,
    WORKER_DATABASE_URL: Object.assign(new URL(database.workerUrl), { hostname: '127.0.0.1', port }).href,
  });
  workers.push(worker);
  return worker;
}

/** A leader that reaches the database through the proxy, and another worker that waits. */
async function startPair(): Promise<WorkerProcess> {
  const leader = await start(String(proxy.port));
  while (!(await leader.leads(SEALING))) await sleep(20);
  await writeEntries(writer, 1);
  await untilSealed();
  await start();
  return leader;
}

async function untilSealed(): Promise<void> {
  for (const deadline = performance.now() + NEVER_MS; performance.now() < deadline; await sleep(20)) {
    const { entries, published } = await progressOf(admin);
    if (entries === published) return;
  }
}

/** The time until an entry written after the fault is sealed, in the fastest attempt. */
async function fastestAfter(fault: (leader: WorkerProcess) => unknown): Promise<number> {
  let quickest = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS && quickest > WITHIN_MS; attempt++) {
    await Promise.all(workers.splice(0).map((worker) => worker.end()));
    proxy.set({ kind: 'none' });
    const leader = await startPair();
    const begun = performance.now();
    await fault(leader);
    await writeEntries(writer, 1);
    await untilSealed();
    quickest = Math.min(quickest, performance.now() - begun);
  }
  return quickest;
}

describe('the log is sealed again within five seconds when its leader', () => {
  it('is killed', async () => {
    expect(await fastestAfter((leader) => leader.end('SIGKILL'))).toBeLessThan(WITHIN_MS);
  });

  it('is frozen, and signs no second history when it resumes', async () => {
    expect(await fastestAfter((leader) => leader.signal('SIGSTOP'))).toBeLessThan(WITHIN_MS);
    const [leader] = workers;
    leader?.signal('SIGCONT');
    while (await leader?.leads(SEALING)) await sleep(20);
    await writeEntries(writer, 3);
    await untilSealed();
    expect(await faultsOfLog(admin)).toEqual([]);
  });

  it('is cut off by a network that drops its packets', async () => {
    expect(await fastestAfter(() => proxy.set({ kind: 'blackhole' }))).toBeLessThan(WITHIN_MS);
  });

  it('loses its connection', async () => {
    const cut = (): Promise<unknown> =>
      admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'veritrail-leader'`,
      );
    expect(await fastestAfter(cut)).toBeLessThan(WITHIN_MS);
    expect(await faultsOfLog(admin)).toEqual([]);
  });
});
