import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiUnderTest } from './support/api-under-test.js';
import { between } from './support/files.js';
import { QUICK, FaultHarness, SWEPT_SOON } from './support/harness.js';

const ROUNDS = QUICK ? 6 : 30;
/** Per instance. */
const CLIENTS = 50;

describe('F01 kill -9 of the API during 50 parallel uploads', () => {
  let harness: FaultHarness;

  beforeAll(async () => {
    // Two instances share one store: while one restarts, the other is under load and sweeps the remains of both.
    harness = await FaultHarness.open('F01', { instances: 2, env: SWEPT_SOON });
  });

  afterAll(() => harness?.close());

  const uploadUntil = async (over: () => boolean, baseUrl: string): Promise<void> => {
    while (!over()) {
      const { document } = await harness.workload.upload(harness.owner, {
        size: between(2_000, 120_000),
        pieces: between(1, 8),
        pauseMs: between(0, 10),
        baseUrl,
      });
      if (!document) await sleep(20);
    }
  };

  /** Starts the clients, kills the instance while they upload, and restarts it. */
  const killDuringUploads = async (api: ApiUnderTest): Promise<void> => {
    let killed = false;
    const client = (stopping: AbortSignal) => uploadUntil(() => killed || stopping.aborted, api.url);
    const load = harness.load(Array.from({ length: CLIENTS }, () => client));
    await load.lasts(between(50, 2000));
    const ending = api.running.kill();
    killed = true;
    expect(await ending).toEqual({ code: null, signal: 'SIGKILL' });
    await load.stop();
    await api.start();
  };

  it(`loses no acknowledged upload in ${ROUNDS} rounds, and leaves nothing in staging`, async () => {
    const { workload, stack } = harness;
    const rounds = async (api: ApiUnderTest): Promise<void> => {
      for (let round = 0; round < ROUNDS / stack.apis.length; round += 1) await killDuringUploads(api);
    };
    await harness.load(stack.apis.map((api) => () => rounds(api))).finished();
    expect(workload.uploads.length).toBeGreaterThan(ROUNDS);
    expect(await harness.problems()).toEqual([]);
  });
});
