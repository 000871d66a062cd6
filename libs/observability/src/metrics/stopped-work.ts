import { Injectable } from '@nestjs/common';
import { type Level, Metrics, type Series } from './metrics.js';

/**
 * Work that this process has stopped on purpose, because going on would make things worse and a person has to look. The
 * worker is not ready while there is any, and says why; other work goes on. Nothing here survives the process: whoever
 * stopped finds its reason again after a restart.
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

  /** Shows that the work exists and goes on, so that an alert on it can tell 0 from nothing. */
  register(work: string): void {
    if (!this.stopped.has(work)) this.shown.of({ work }).set(0);
  }

  /** `reason` is for operators: it is in the answer of the readiness probe, so it holds nothing that is secret. */
  stop(work: string, reason: string): void {
    this.stopped.set(work, reason);
    this.shown.of({ work }).set(1);
  }

  resume(work: string): void {
    this.stopped.delete(work);
    this.shown.of({ work }).set(0);
  }

  /** Why each part stands still, by its name; empty while all goes on. */
  get reasons(): ReadonlyMap<string, string> {
    return this.stopped;
  }
}
