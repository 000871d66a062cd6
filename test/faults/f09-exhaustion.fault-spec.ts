import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer } from './support/http-call.js';
import { QUICK, FaultHarness } from './support/harness.js';

const CLIENTS = 200;
/** The number of clients that request the locked row. */
const STUCK = 40;
const FREE_MS = 4_000;
const LOCKED_MS = QUICK ? 6_000 : 15_000;

describe('F09 200 clients on 10 connections while another session locks a row', () => {
  let harness: FaultHarness;

  beforeAll(async () => {
    harness = await FaultHarness.open('F09');
  });

  afterAll(() => harness?.close());

  it('refuses requests for the locked row quickly, and serves the others', async () => {
    const { workload, owner, reviewer, stack } = harness;
    const { document } = await workload.upload(owner);
    if (!document) throw new Error('The upload was refused');
    let onLocked: Answer[] = [];
    let onOthers: Answer[] = [];
    let locked = false;
    const wantLocked = async (stopping: AbortSignal): Promise<void> => {
      while (!stopping.aborted) {
        if (locked) onLocked.push(await workload.decide(reviewer, document));
        await sleep(200);
      }
    };
    const wantOthers = async (stopping: AbortSignal): Promise<void> => {
      while (!stopping.aborted) {
        const { answer, document: own } = await workload.upload(owner, { size: 2_000 });
        onOthers.push(answer);
        if (own) onOthers.push(await workload.decide(reviewer, own));
        await sleep(200);
      }
    };
    const load = harness.load(
      Array.from({ length: CLIENTS }, (_, index) => (index < STUCK ? wantLocked : wantOthers)),
    );
    const served = (): number => onOthers.filter(({ status }) => status < 300).length;
    await load.lasts(2_000);
    onOthers = [];
    await load.lasts(FREE_MS);
    const rateBefore = served() / FREE_MS;

    const holder = await stack.postgres.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM documents.documents WHERE id = $1 FOR UPDATE', [document.id]);
    [onOthers, onLocked, locked] = [[], [], true];
    await load.lasts(LOCKED_MS);
    const rateMeanwhile = served() / LOCKED_MS;
    const live = await stack.api.health('live');
    await load.stop();
    await holder.query('ROLLBACK');
    await holder.end();

    const count = (answers: readonly Answer[]): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const { status, failure } of answers) {
        const outcome = failure ?? String(status);
        counts[outcome] = (counts[outcome] ?? 0) + 1;
      }
      return counts;
    };
    const slowest = (answers: readonly Answer[]): number =>
      Math.round(Math.max(...answers.map(({ ms }) => ms)));
    harness.report(
      `locked row ${JSON.stringify(count(onLocked))}, slowest ${slowest(onLocked)} ms; ` +
        `others ${JSON.stringify(count(onOthers))}, slowest ${slowest(onOthers)} ms, ` +
        `served a second ${Math.round(rateBefore * 1000)} before, ${Math.round(rateMeanwhile * 1000)} meanwhile`,
    );
    expect(Object.keys(count(onLocked)).filter((outcome) => !['503', '409'].includes(outcome))).toEqual([]);
    expect(
      Object.keys(count(onOthers)).filter((outcome) => !['200', '201', '503'].includes(outcome)),
    ).toEqual([]);
    expect(slowest([...onLocked, ...onOthers])).toBeLessThan(5_000);
    expect(onLocked.length).toBeGreaterThan(0);
    expect(rateMeanwhile).toBeGreaterThan(rateBefore * 0.7);
    expect(live.status).toBe(200);
    // The next client that waits for the row gets it.
    expect((await workload.decide(reviewer, document)).status).toBe(200);
    expect(await harness.problems()).toEqual([]);
  });
});
