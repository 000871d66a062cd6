import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultProxy } from './support/fault-proxy.js';
import { between, randomPdf } from './support/files.js';
import { type Answer } from './support/http-call.js';
import { QUICK, FaultHarness, SWEPT_SOON } from './support/harness.js';

const ROUNDS = QUICK ? 4 : 12;

describe('F03 kill -9 between the commit and the response', () => {
  let harness: FaultHarness;
  let proxy: FaultProxy;
  let through: string;

  beforeAll(async () => {
    harness = await FaultHarness.open('F03', { env: SWEPT_SOON });
    proxy = await FaultProxy.start({ host: '127.0.0.1', port: harness.stack.api.port });
    through = `http://127.0.0.1:${proxy.port}`;
  });

  afterAll(async () => {
    proxy?.close();
    await harness?.close();
  });

  /** Sends the request; at the first byte of the response, cuts the client's connection and kills the API. */
  const loseTheReply = async (send: () => Promise<Answer>): Promise<void> => {
    const { api } = harness.stack;
    proxy.onCut = () => api.running.signal('SIGKILL');
    proxy.set({ kind: 'cut' });
    expect((await send()).status).toBe(0);
    await api.running.ended(5000);
    proxy.set({ kind: 'none' });
    await api.start();
  };

  const expectReplay = (first: Answer, again: Answer, status: number): void => {
    for (const answer of [first, again]) {
      expect(answer.status).toBe(status);
      expect(answer.headers['idempotency-replayed']).toBe('true');
    }
    expect(again.body).toEqual(first.body);
    expect(again.headers.location).toBe(first.headers.location);
    expect(again.headers.etag).toBe(first.headers.etag);
  };

  it('executes an upload once and replays its response', async () => {
    const { workload, owner } = harness;
    for (let round = 0; round < ROUNDS; round += 1) {
      const same = { key: randomUUID(), title: `Lost reply ${randomUUID()}`, bytes: randomPdf(20_000) };
      const send = (baseUrl?: string) => workload.upload(owner, baseUrl ? { ...same, baseUrl } : same);
      await loseTheReply(async () => (await send(through)).answer);
      expectReplay((await send()).answer, (await send()).answer, 201);
    }
  });

  it('executes a decision once and replays its response', async () => {
    const { workload, owner, reviewer } = harness;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { document } = await workload.upload(owner);
      if (!document) throw new Error('The upload was refused');
      const key = randomUUID();
      await loseTheReply(() => workload.decide(reviewer, document, { key, baseUrl: through }));
      expectReplay(
        await workload.decide(reviewer, document, { key }),
        await workload.decide(reviewer, document, { key }),
        200,
      );
    }
  });

  it('executes a request once after a kill at any moment and a retry of the client', async () => {
    const { workload, owner, reviewer, stack } = harness;
    for (let round = 0; round < ROUNDS; round += 1) {
      const same = { key: randomUUID(), title: `Killed ${randomUUID()}`, bytes: randomPdf(50_000) };
      const sent = workload.upload(owner, same);
      await sleep(between(0, 60));
      await stack.api.running.kill();
      await sent;
      await stack.api.start();
      const { answer, document } = await workload.upload(owner, same);
      expect(answer.status).toBe(201);
      if (document) expect((await workload.decide(reviewer, document)).status).toBe(200);
    }
    expect(await harness.problems()).toEqual([]);
  });
});
