import { Injectable } from '@nestjs/common';
import { type Level, Metrics, type Series } from './metrics.js';

/**
 * Background work that this process has stopped until an operator intervenes. Meanwhile the worker is not ready and
 * states the reason; other work continues. Kept in memory only: after a restart the work detects its reason again.
 */
@Injectable()
export class StoppedWork {
  private readonly stopped = new Map<string, string>();
  private readonly shown: Series<'work', Level>;

  constructor(metrics: Metrics) {
    this.shown = metrics.gauge({
      name: 'veritrail_work_stopped',
      help: '1 while a background job is stopped until an operator intervenes; the log and the readiness check state the reason.',
      labels: ['work'],
    });
  }

  /** Reports 0 for work that runs, so that an alert can distinguish 0 from a missing series. */
  register(work: string): void {
    if (!this.stopped.has(work)) this.shown.of({ work }).set(0);
  }

  /** `reason` appears in the response of the readiness probe, so it must not contain secrets. */
  stop(work: string, reason: string): void {
    this.stopped.set(work, reason);
    this.shown.of({ work }).set(1);
  }

  resume(work: string): void {
    this.stopped.delete(work);
    this.shown.of({ work }).set(0);
  }

  /** The reasons of stopped work, by its name. */
  get reasons(): ReadonlyMap<string, string> {
    return this.stopped;
  }
}
