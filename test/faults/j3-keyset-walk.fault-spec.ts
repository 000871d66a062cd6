import { setTimeout as sleep } from 'node:timers/promises';
import { Disturbance } from './support/disturbance.js';
import { between } from './support/files.js';
import { QUICK, FaultHarness } from './support/harness.js';

const FOR_MS = QUICK ? 6_000 : 25_000;
const WALKERS = 4;
const WRITERS = 4;

interface Item {
  readonly id: string;
  readonly createdAt: string;
}

describe('J3 a list that grows while it is paged', () => {
  let harness: FaultHarness;
  let walks = 0;

  beforeAll(async () => {
    harness = await FaultHarness.open('J3', { instances: 2 });
  });

  afterAll(() => harness?.close());

  /** Every page in turn; a refused page is requested again. */
  const walk = async (): Promise<Item[]> => {
    const { stack, reviewer } = harness;
    const items: Item[] = [];
    const limit = between(3, 30);
    for (let cursor: string | null = ''; cursor !== null;) {
      const { status, json } = await stack.client.send({
        path: `/v1/documents?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
        token: reviewer.token,
        baseUrl: stack.apis[between(0, 1)]?.url ?? '',
      });
      if (status !== 200) {
        await sleep(100);
        continue;
      }
      const page = json<{ items: Item[]; nextCursor: string | null }>();
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    return items;
  };

  const walkAround = async (stopping: AbortSignal): Promise<void> => {
    const { workload } = harness;
    while (!stopping.aborted) {
      const before = workload.uploads.map(({ id }) => id);
      const items = await walk();
      const ids = items.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const seen = new Set(ids);
      expect(before.filter((id) => !seen.has(id))).toEqual([]);
      const order = items.map(({ createdAt, id }) => `${createdAt} ${id}`);
      expect(order).toEqual(order.toSorted().toReversed());
      walks += 1;
    }
  };

  it('shows each document once and every earlier one, while sessions are terminated and instances killed', async () => {
    const { workload, owner, stack } = harness;
    const writeTo = (index: number) => async (stopping: AbortSignal) => {
      while (!stopping.aborted) {
        await workload.upload(owner, { size: 2_000, baseUrl: stack.apis[index % 2]?.url ?? '' });
        await sleep(20);
      }
    };
    const load = harness.load([
      ...Array.from({ length: WRITERS }, (_, index) => writeTo(index)),
      ...Array.from({ length: WALKERS }, () => walkAround),
    ]);
    const disturbance = Disturbance.begin(harness);
    await load.lasts(FOR_MS);
    await disturbance.stop();
    await load.stop();
    expect(walks).toBeGreaterThan(WALKERS);
    harness.report(
      `${walks} walks; ${disturbance.kills} kills, ${disturbance.terminations} sessions terminated`,
    );
    expect(await harness.problems()).toEqual([]);
  });
});
