import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer } from './support/http-call.js';
import { QUICK, FaultHarness } from './support/harness.js';

const DOWN_MS = QUICK ? 6_000 : 20_000;
const CLIENTS = 10;

describe('F05 the database stops and starts again under load', () => {
  let harness: FaultHarness;

  beforeAll(async () => {
    harness = await FaultHarness.open('F05');
  });

  afterAll(() => harness?.close());

  it('responds with 503 quickly during the outage and recovers by itself', async () => {
    const { workload, owner, reviewer, stack } = harness;
    const { api, postgres, client } = stack;
    const { pid } = api.running;
    const mixed = (stopping: AbortSignal) => workload.mixed(owner, reviewer, stopping, 20);
    const load = harness.load(Array.from({ length: CLIENTS }, () => mixed));
    await load.lasts(2000);
    const before = workload.uploads.length;

    await postgres.stopImmediately();
    await sleep(500);
    const meanwhile: Answer[] = [];
    client.onAnswer = (answer) => meanwhile.push(answer);
    const probes: number[][] = [];
    const end = performance.now() + DOWN_MS;
    while (performance.now() < end) {
      const [live, ready] = await Promise.all([api.health('live'), api.health('ready')]);
      probes.push([live.status, ready.status]);
      await sleep(250);
    }
    client.onAnswer = () => undefined;
    await postgres.startAgain();
    const recovery = await api.ready(10_000);
    await load.lasts(2000);
    const after = workload.uploads.length;
    await load.stop();

    expect(new Set(meanwhile.map(({ status, failure }) => failure ?? status))).toEqual(new Set([503]));
    expect(Math.max(...meanwhile.map(({ ms }) => ms))).toBeLessThan(3000);
    expect(new Set(probes.map(String))).toEqual(new Set(['200,503']));
    expect(api.running.pid).toBe(pid);
    expect(api.running.running).toBe(true);
    expect(before).toBeGreaterThan(0);
    expect(after).toBeGreaterThan(before);
    harness.report(
      `${meanwhile.length} refusals while down, ready ${Math.round(recovery)} ms after the start`,
    );
    expect(await harness.problems()).toEqual([]);
  });
});
