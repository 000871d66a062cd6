import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiUnderTest } from './api-under-test.js';
import { between } from './files.js';
import { type Load } from './load.js';
import { type FaultHarness } from './harness.js';

const SESSIONS_EVERY_MS = 700;
const KILL_EVERY_MS = 4000;
/** A start may fail because its session is terminated; a supervisor would then start it again, a limited number of times. */
const STARTS = 5;

/**
 * Faults during a workload, until it is stopped: terminates sessions of the application, and sometimes kills and restarts an
 * instance (F06 and F01 combined). `stop` resolves when every instance is ready.
 */
export class Disturbance {
  kills = 0;
  terminations = 0;
  private readonly load: Load;

  private constructor(private readonly harness: FaultHarness) {
    this.load = harness.load([
      (stopping) => this.terminateSessions(stopping),
      (stopping) => this.killInstances(stopping),
    ]);
  }

  static begin(harness: FaultHarness): Disturbance {
    return new Disturbance(harness);
  }

  /** Rejects if an instance did not restart, or was dead before it was killed. */
  async stop(): Promise<void> {
    await this.load.stop();
    await Promise.all(this.harness.stack.apis.map((api) => api.ready(10_000)));
  }

  private async terminateSessions(stopping: AbortSignal): Promise<void> {
    const admin = await this.harness.stack.postgres.connect();
    try {
      while (await pause(SESSIONS_EVERY_MS, stopping)) {
        const { rowCount } = await admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'veritrail%'`,
        );
        this.terminations += rowCount ?? 0;
      }
    } finally {
      await admin.end();
    }
  }

  private async killInstances(stopping: AbortSignal): Promise<void> {
    const { apis } = this.harness.stack;
    while (await pause(KILL_EVERY_MS, stopping)) {
      const api = apis[between(0, apis.length - 1)];
      if (!api) return;
      if (!api.running.running) throw new Error(`${api.name} died by itself:\n${api.running.log()}`);
      await api.running.kill();
      await sleep(50);
      await startAgain(api);
      this.kills += 1;
    }
  }
}

async function startAgain(api: ApiUnderTest): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await api.start();
      return;
    } catch (error) {
      await api.running.kill();
      if (attempt === STARTS) throw error;
    }
  }
}

async function pause(ms: number, stopping: AbortSignal): Promise<boolean> {
  await sleep(ms, undefined, { signal: stopping }).catch(() => undefined);
  return !stopping.aborted;
}
