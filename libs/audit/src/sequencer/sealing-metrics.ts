import { Injectable } from '@nestjs/common';
import { type Distribution, type Level, Metrics } from '#libs/observability';

const SECONDS = [0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 10, 60];

/** The metrics of sealing. */
@Injectable()
export class SealingMetrics {
  private readonly lag: Distribution;
  private readonly size: Level;

  constructor(metrics: Metrics) {
    this.lag = metrics
      .histogram({
        name: 'veritrail_sealing_lag_seconds',
        help: 'Time from the recorded time of an entry, shortly before its commit, until a checkpoint covers it.',
        buckets: SECONDS,
      })
      .of({});
    this.size = metrics
      .gauge({
        name: 'veritrail_sealed_entries',
        help: 'Size of the newest checkpoint that this process knows. It grows only in the leader.',
      })
      .of({});
  }

  /** `waited` is the waiting time of each entry in milliseconds; negative values after a clock change count as 0. */
  published(size: number, waited: readonly number[]): void {
    this.size.set(size);
    for (const milliseconds of waited) this.lag.observe(Math.max(0, milliseconds) / 1000);
  }
}
