import { setTimeout as sleep } from 'node:timers/promises';
import { Disturbance } from './support/disturbance.js';
import { between } from './support/files.js';
import { QUICK, FaultHarness } from './support/harness.js';
import { type UploadedDocument } from './support/workload.js';

const WRITERS = QUICK ? 30 : 100;
/** The disturbed writers continue until this many instances were killed, or the time is over. */
const KILLS = QUICK ? 1 : 3;
const DISTURBED_MS = 40_000;

interface Counted {
  readonly metadata: Record<string, string>;
  readonly revision: number;
}

/** The outcome of the attempts of all writers. */
interface Outcome {
  acknowledged: number;
  unknown: number;
}

describe('J1 a counter that many writers increment with If-Match', () => {
  let harness: FaultHarness;

  beforeAll(async () => {
    harness = await FaultHarness.open('J1', { instances: 2 });
  });

  afterAll(() => harness?.close());

  /** Reads, increments and writes with If-Match, until the write is acknowledged once or its outcome is unknown. */
  const raiseOnce = async (
    document: UploadedDocument,
    outcome: Outcome,
    stopping: AbortSignal,
  ): Promise<void> => {
    const { stack, owner } = harness;
    const path = `/v1/documents/${document.id}`;
    while (!stopping.aborted) {
      const baseUrl = stack.apis[between(0, stack.apis.length - 1)]?.url ?? '';
      const read = await stack.client.send({ path, token: owner.token, baseUrl });
      if (read.status === 200) {
        const count = Number(read.json<Counted>().metadata['count'] ?? 0);
        const { status, failure } = await stack.client.send({
          method: 'PATCH',
          path,
          token: owner.token,
          baseUrl,
          headers: { 'if-match': String(read.headers.etag) },
          json: { metadata: { count: String(count + 1) } },
        });
        if (status === 200) outcome.acknowledged += 1;
        // The connection was refused, so nothing has happened.
        else if (status !== 412 && failure !== 'ECONNREFUSED') outcome.unknown += 1;
        if (status === 200 || (status !== 412 && failure !== 'ECONNREFUSED')) return;
      }
      await sleep(between(5, 100));
    }
  };

  /** Each writer increments it once, and continues until it is enough. */
  const raiseByAll = async (
    enough: () => boolean,
  ): Promise<{
    outcome: Outcome;
    count: number;
    revision: number;
    entries: number;
  }> => {
    const { workload, owner, stack } = harness;
    const { document } = await workload.upload(owner);
    if (!document) throw new Error('The upload was refused');
    const outcome = { acknowledged: 0, unknown: 0 };
    const raise = async (stopping: AbortSignal): Promise<void> => {
      do await raiseOnce(document, outcome, stopping);
      while (!enough() && !stopping.aborted);
    };
    await harness.load(Array.from({ length: WRITERS }, () => raise)).finished();
    await Promise.all(stack.apis.map((api) => api.ready(20_000)));
    const final = (
      await stack.client.send({ path: `/v1/documents/${document.id}`, token: owner.token })
    ).json<Counted>();
    const [row] = await stack.postgres.rows<{ n: number }>(
      `SELECT count(*)::int AS n FROM audit.entries
       WHERE target_id = $1 AND action = 'document.updated' AND outcome = 'succeeded'`,
      [document.id],
    );
    return {
      outcome,
      count: Number(final.metadata['count']),
      revision: final.revision,
      entries: row?.n ?? -1,
    };
  };

  it('equals the number of acknowledged writes', async () => {
    const { outcome, count, revision, entries } = await raiseByAll(() => true);
    expect(outcome).toEqual({ acknowledged: WRITERS, unknown: 0 });
    expect([count, revision, entries]).toEqual([WRITERS, WRITERS + 1, WRITERS]);
  });

  it('loses no write while sessions are terminated and instances killed', async () => {
    const disturbance = Disturbance.begin(harness);
    const latest = performance.now() + DISTURBED_MS;
    const { outcome, count, revision, entries } = await raiseByAll(
      () => disturbance.kills >= KILLS || performance.now() > latest,
    );
    await disturbance.stop();
    expect(disturbance.kills).toBeGreaterThanOrEqual(KILLS);
    expect(count).toBeGreaterThanOrEqual(outcome.acknowledged);
    expect(count).toBeLessThanOrEqual(outcome.acknowledged + outcome.unknown);
    expect([revision, entries]).toEqual([count + 1, count]);
    harness.report(
      `${outcome.acknowledged} acknowledged, ${outcome.unknown} unknown, counter ${count}; ` +
        `${disturbance.kills} kills, ${disturbance.terminations} sessions terminated`,
    );
    expect(await harness.problems()).toEqual([]);
  });
});
