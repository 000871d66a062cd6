import { QUICK, FaultHarness } from './support/harness.js';

const FOR_MS = QUICK ? 8_000 : 30_000;
const EVERY_MS = 500;
const CLIENTS = 10;

describe('F06 every session of the application is terminated twice a second', () => {
  let harness: FaultHarness;

  beforeAll(async () => {
    harness = await FaultHarness.open('F06');
  });

  afterAll(() => harness?.close());

  it('responds with success, 409 or 503, and never crashes', async () => {
    const { workload, owner, reviewer, stack } = harness;
    const { pid } = stack.api.running;
    const seen = new Set<string | number>();
    stack.client.onAnswer = ({ status, failure }) => void seen.add(failure ?? status);
    const mixed = (stopping: AbortSignal) => workload.mixed(owner, reviewer, stopping);
    const load = harness.load(Array.from({ length: CLIENTS }, () => mixed));
    const admin = await stack.postgres.connect();
    let terminated = 0;
    for (const end = performance.now() + FOR_MS; performance.now() < end; await load.lasts(EVERY_MS)) {
      const { rowCount } = await admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'veritrail%'`,
      );
      terminated += rowCount ?? 0;
    }
    await admin.end();
    await load.stop();
    stack.client.onAnswer = () => undefined;

    expect(terminated).toBeGreaterThan(FOR_MS / EVERY_MS);
    expect([...seen].filter((outcome) => ![200, 201, 409, 503].includes(Number(outcome)))).toEqual([]);
    expect(seen).toContain(201);
    expect(stack.api.running.pid).toBe(pid);
    expect(stack.api.running.running).toBe(true);
    harness.report(`${terminated} sessions terminated`);
    expect(await harness.problems()).toEqual([]);
  });
});
