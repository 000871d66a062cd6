import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { translateDatabaseError } from '#libs/postgres';
import { type Job } from './job.js';
import { type MeasuredJob } from './job-metrics.js';
import { type Leadership } from './leadership.js';

const FIRST_RETRY_MS = 1000;

/**
 * Runs one job at its interval while this process is its leader. A failure is logged and retried after 1, 2, 4 … seconds,
 * up to the interval; errors of a job never end the loop.
 */
export class JobLoop {
  private readonly logger = new Logger(JobLoop.name);
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private failures = 0;
  private turnedAt = performance.now();

  constructor(
    readonly job: Job,
    private readonly leadership: Leadership,
    private readonly metrics: MeasuredJob,
  ) {}

  /** Starts the first iteration; further calls do nothing. */
  start(): void {
    this.running ??= this.turnUntilStopped();
  }

  /** Resolves when the running batch, if any, has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** The time since the last iteration beyond the interval: large when the job hangs. */
  overdueMs(): number {
    return performance.now() - this.turnedAt - this.job.everyMs;
  }

  private async turnUntilStopped(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.turn();
      await sleep(this.pauseMs(), undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  private async turn(): Promise<void> {
    const begun = (this.turnedAt = performance.now());
    const turned = (outcome: 'succeeded' | 'failed'): void =>
      this.metrics.turned(outcome, (performance.now() - begun) / 1000);
    const { name, isRoutine = false } = this.job;
    try {
      const changed = await this.runBatches();
      if (changed > 0) this.logger[isRoutine ? 'debug' : 'log'](`${name}: ${changed} done`);
      this.failures = 0;
      turned('succeeded');
    } catch (error) {
      this.failures += 1;
      turned('failed');
      const away = translateDatabaseError(error);
      if (away?.status === 503) this.logger.warn(`${name} waits for the database (attempt ${this.failures})`);
      else this.logger.error(`${name} failed (attempt ${this.failures})`, error);
    }
  }

  private async runBatches(): Promise<number> {
    let total = 0;
    while (!this.stopping.signal.aborted && (await this.isLeader())) {
      const changed = await this.job.run(this.stopping.signal);
      total += changed;
      this.metrics.changed(changed);
      this.turnedAt = performance.now();
      if (changed === 0) break;
    }
    return total;
  }

  private async isLeader(): Promise<boolean> {
    const leads = await this.leadership.leads(this.job.name).catch((error: unknown) => {
      this.metrics.leads(false);
      throw error;
    });
    this.metrics.leads(leads);
    if (!leads) this.job.stepDown?.();
    return leads;
  }

  private pauseMs(): number {
    const { everyMs } = this.job;
    if (this.failures === 0) return everyMs;
    const longest = Math.max(everyMs, FIRST_RETRY_MS);
    return Math.min(FIRST_RETRY_MS * 2 ** Math.min(this.failures - 1, 20), longest);
  }
}
