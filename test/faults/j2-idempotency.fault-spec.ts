import { randomUUID } from 'node:crypto';
import { randomPdf } from './support/files.js';
import { type Answer } from './support/http-call.js';
import { QUICK, FaultHarness } from './support/harness.js';

const PARALLEL = 50;
const ROUNDS = QUICK ? 2 : 8;

describe('J2 the same Idempotency-Key fifty times at once', () => {
  let harness: FaultHarness;

  beforeAll(async () => {
    harness = await FaultHarness.open('J2', { instances: 2 });
  });

  afterAll(() => harness?.close());

  const instance = (index: number): string => harness.stack.apis[index % 2]?.url ?? '';

  /** Every response is the one success, or reports that the first request is still running. Returns the body of the success. */
  const expectOneEffect = (answers: readonly Answer[], status: number): string => {
    const refused = answers.filter((answer) => answer.status !== status);
    for (const answer of refused) {
      expect([answer.status, answer.json<{ code: string }>().code]).toEqual([409, 'IDEMPOTENCY_IN_PROGRESS']);
    }
    const bodies = new Set(
      answers.filter((one) => one.status === status).map(({ body }) => body.toString('utf8')),
    );
    expect(bodies.size).toBe(1);
    const firsts = answers.filter((one) => one.status === status && !one.headers['idempotency-replayed']);
    expect(firsts).toHaveLength(1);
    return [...bodies][0] ?? '';
  };

  it('creates one upload', async () => {
    const { workload, owner } = harness;
    for (let round = 0; round < ROUNDS; round += 1) {
      const same = { key: randomUUID(), title: `Same key ${randomUUID()}`, bytes: randomPdf(30_000) };
      const sent = Array.from({ length: PARALLEL }, (_, index) =>
        workload.upload(owner, { ...same, baseUrl: instance(index) }),
      );
      const body = expectOneEffect(
        (await Promise.all(sent)).map(({ answer }) => answer),
        201,
      );
      const { answer } = await workload.upload(owner, same);
      expect([answer.status, answer.body.toString('utf8'), answer.headers['idempotency-replayed']]).toEqual([
        201,
        body,
        'true',
      ]);
    }
  });

  it('creates one decision', async () => {
    const { workload, owner, reviewer } = harness;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { document } = await workload.upload(owner);
      if (!document) throw new Error('The upload was refused');
      const key = randomUUID();
      const sent = Array.from({ length: PARALLEL }, (_, index) =>
        workload.decide(reviewer, document, { key, baseUrl: instance(index) }),
      );
      const body = expectOneEffect(await Promise.all(sent), 200);
      const again = await workload.decide(reviewer, document, { key });
      expect([again.status, again.body.toString('utf8')]).toEqual([200, body]);
    }
  });

  it('is refused for another request, which has no effect', async () => {
    const { workload, owner } = harness;
    const key = randomUUID();
    expect((await workload.upload(owner, { key })).answer.status).toBe(201);
    const { answer } = await workload.upload(owner, { key });
    expect([answer.status, answer.json<{ code: string }>().code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await harness.problems()).toEqual([]);
  });
});
