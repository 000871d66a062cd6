import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Metrics } from '#libs/observability';
import { type Job } from './job.js';
import { JobLoop } from './job-loop.js';
import { JobMetrics } from './job-metrics.js';
import { type Leadership } from './leadership.js';

const always = { leads: async () => true } as unknown as Leadership;

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('It did not happen in time');
    await sleep(2);
  }
}

describe('a job loop', () => {
  let loop: JobLoop | null = null;

  beforeAll(() => Logger.overrideLogger(false));
  afterEach(() => loop?.stop());

  const started = (job: Job, leadership = always): JobLoop => {
    loop = new JobLoop(job, leadership, new JobMetrics(new Metrics()).of(job.name));
    loop.start();
    return loop;
  };

  it('repeats a batch at once until nothing is left, then waits for the interval', async () => {
    const left = [3, 2, 0];
    let runs = 0;
    started({ name: 'test', everyMs: 60_000, run: async () => left[runs++] ?? 0 });
    await until(() => runs === 3);
    await sleep(30);
    expect(runs).toBe(3);
  });

  it('goes on after a failure, and sooner than after a whole interval', async () => {
    let runs = 0;
    const begun = performance.now();
    started({
      name: 'test',
      everyMs: 600_000,
      run: async () => {
        runs += 1;
        if (runs === 1) throw new Error('planted');
        return 0;
      },
    });
    await until(() => runs === 2);
    expect(performance.now() - begun).toBeGreaterThan(900);
    expect(performance.now() - begun).toBeLessThan(30_000);
  });

  it('survives a database that is away when it asks who leads', async () => {
    let asked = 0;
    const away = {
      leads: async () => {
        asked += 1;
        throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      },
    } as unknown as Leadership;
    let runs = 0;
    started({ name: 'test', everyMs: 5, run: async () => (runs += 1) }, away);
    await until(() => asked >= 3);
    expect(runs).toBe(0);
  });

  it('does nothing while another replica leads', async () => {
    let runs = 0;
    let asked = 0;
    const follower = {
      leads: async () => {
        asked += 1;
        return false;
      },
    } as unknown as Leadership;
    started({ name: 'test', everyMs: 5, run: async () => (runs += 1) }, follower);
    await until(() => asked >= 3);
    expect(runs).toBe(0);
  });

  it('lets the running batch end when it is stopped, and begins no other', async () => {
    let runs = 0;
    let ended = 0;
    const stopped = started({
      name: 'test',
      everyMs: 5,
      run: async () => {
        runs += 1;
        await sleep(80);
        ended += 1;
        return 1;
      },
    });
    await until(() => runs === 1);
    await stopped.stop();
    expect([runs, ended]).toEqual([1, 1]);
    await sleep(30);
    expect(runs).toBe(1);
  });

  it('tells how long it is overdue when a batch hangs', async () => {
    let release: (() => void) | undefined;
    const hanging = new Promise<number>((resolve) => (release = () => resolve(0)));
    const stuck = started({ name: 'test', everyMs: 10, run: () => hanging });
    await sleep(60);
    expect(stuck.overdueMs()).toBeGreaterThan(20);
    release?.();
  });
});
