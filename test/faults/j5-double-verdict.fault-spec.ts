import { Disturbance } from './support/disturbance.js';
import { people, type Person } from './support/people.js';
import { QUICK, FaultHarness } from './support/harness.js';

const REVIEWERS = QUICK ? 8 : 20;
const DOCUMENTS = QUICK ? 5 : 20;

describe('J5 many reviewers who decide one document', () => {
  let harness: FaultHarness;
  let reviewers: Person[];

  beforeAll(async () => {
    harness = await FaultHarness.open('J5', { instances: 2 });
    reviewers = await people(
      harness.stack.client,
      harness.manager,
      Array.from({ length: REVIEWERS }, () => 'verifier' as const),
    );
  });

  afterAll(() => harness?.close());

  const race = async (): Promise<Array<number | string>> => {
    const { workload, owner, stack } = harness;
    for (;;) {
      const { document } = await workload.upload(owner);
      if (!document) continue;
      await Promise.all(reviewers.map((reviewer) => workload.readOnce(reviewer, document.id)));
      const answers = await Promise.all(
        reviewers.map((reviewer, index) =>
          workload.decide(reviewer, document, {
            outcome: index % 2 ? 'verify' : 'reject',
            baseUrl: stack.apis[index % 2]?.url ?? '',
          }),
        ),
      );
      return answers.map(({ status, failure }) => failure ?? status);
    }
  };

  it('get one 200, and 412 otherwise', async () => {
    for (let round = 0; round < DOCUMENTS; round += 1) {
      const outcomes = await race();
      expect(outcomes.toSorted()).toEqual([200, ...Array.from({ length: REVIEWERS - 1 }, () => 412)]);
    }
  });

  it('never get two 200 while sessions are terminated and instances killed', async () => {
    const disturbance = Disturbance.begin(harness);
    let undecided = 0;
    const end = performance.now() + (QUICK ? 6_000 : 25_000);
    while (performance.now() < end) {
      const outcomes = await race();
      const won = outcomes.filter((outcome) => outcome === 200).length;
      expect(won).toBeLessThanOrEqual(1);
      if (won === 0) undecided += 1;
    }
    await disturbance.stop();
    harness.report(
      `${undecided} races without an acknowledged winner; ${disturbance.kills} kills, ${disturbance.terminations} sessions terminated`,
    );
    expect(await harness.problems()).toEqual([]);
  });
});
