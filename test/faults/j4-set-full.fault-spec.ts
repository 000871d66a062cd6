import { setTimeout as sleep } from 'node:timers/promises';
import { Disturbance } from './support/disturbance.js';
import { between } from './support/files.js';
import { people, type Person } from './support/people.js';
import { QUICK, FaultHarness } from './support/harness.js';

const FOR_MS = QUICK ? 6_000 : 25_000;
const WRITERS = 4;
const READERS = 6;

describe('J4 acknowledged effects on every instance', () => {
  let harness: FaultHarness;

  beforeAll(async () => {
    harness = await FaultHarness.open('J4', { instances: 2 });
  });

  afterAll(() => harness?.close());

  const anyInstance = (): string => harness.stack.apis[between(0, 1)]?.url ?? '';

  it('a document is found on every instance once its upload is acknowledged, whatever is killed', async () => {
    const { workload, owner, reviewer, stack } = harness;
    const write = async (stopping: AbortSignal): Promise<void> => {
      while (!stopping.aborted) {
        await workload.upload(owner, { size: 3_000, baseUrl: anyInstance() });
        await sleep(20);
      }
    };
    const wrong: string[] = [];
    let reads = 0;
    const read = async (stopping: AbortSignal): Promise<void> => {
      while (!stopping.aborted) {
        const known = workload.uploads;
        // Mostly the newest documents: another instance may not know a recent upload yet.
        const document = known[Math.random() < 0.7 ? known.length - 1 : between(0, known.length - 1)];
        if (document) {
          const { status, failure } = await stack.client.send({
            path: `/v1/documents/${document.id}`,
            token: reviewer.token,
            baseUrl: anyInstance(),
          });
          if (status === 200) reads += 1;
          else if (status !== 503 && !failure) wrong.push(`${document.id}: ${status}`);
        }
        await sleep(document ? 2 : 50);
      }
    };
    const load = harness.load([
      ...Array.from({ length: WRITERS }, () => write),
      ...Array.from({ length: READERS }, () => read),
    ]);
    const disturbance = Disturbance.begin(harness);
    await load.lasts(FOR_MS);
    // Checked first: an instance that does not recover may have the same cause as a missing document.
    expect(wrong).toEqual([]);
    await disturbance.stop();
    await load.stop();
    expect(wrong).toEqual([]);
    expect(reads).toBeGreaterThan(100);
    harness.report(
      `${reads} reads; ${disturbance.kills} kills, ${disturbance.terminations} sessions terminated`,
    );
  });

  it('a session ends on every instance with the acknowledgement of its logout', async () => {
    const { stack, manager } = harness;
    const accounts = await people(
      stack.client,
      manager,
      Array.from({ length: QUICK ? 3 : 10 }, () => 'user' as const),
    );
    const me = (person: Person, baseUrl: string) =>
      stack.client.send({ path: '/v1/auth/me', token: person.token, baseUrl });
    for (const person of accounts) {
      for (const { url } of stack.apis) expect((await me(person, url)).status).toBe(200);
      const ended = await stack.client.send({
        method: 'POST',
        path: '/v1/auth/logout',
        token: person.token,
        baseUrl: stack.apis[0]?.url ?? '',
      });
      expect(ended.status).toBe(204);
      const after = await Promise.all(stack.apis.flatMap(({ url }) => [me(person, url), me(person, url)]));
      expect(after.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    }
    expect(await harness.problems()).toEqual([]);
  });
});
