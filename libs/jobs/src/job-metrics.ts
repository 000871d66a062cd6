import { Injectable } from '@nestjs/common';
import { type Count, type Distribution, type Level, Metrics, type Series } from '#libs/observability';

const SECONDS_OF_TURNS = [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60];

/** The metrics of one job. */
export interface MeasuredJob {
  turned(outcome: 'succeeded' | 'failed', seconds: number): void;
  changed(things: number): void;
  leads(now: boolean): void;
}

/** The metrics of the background jobs of this process, by job name. */
@Injectable()
export class JobMetrics {
  private readonly turns: Series<'job' | 'outcome', Count>;
  private readonly durations: Series<'job', Distribution>;
  private readonly changes: Series<'job', Count>;
  private readonly leading: Series<'job', Level>;

  constructor(metrics: Metrics) {
    this.turns = metrics.counter({
      name: 'veritrail_job_turns_total',
      help: 'Iterations of each job loop in this process; only the leader does the work.',
      labels: ['job', 'outcome'],
    });
    this.durations = metrics.histogram({
      name: 'veritrail_job_turn_duration_seconds',
      help: 'Duration of an iteration with all its batches.',
      labels: ['job'],
      buckets: SECONDS_OF_TURNS,
    });
    this.changes = metrics.counter({
      name: 'veritrail_job_changes_total',
      help: 'Changes made by each job.',
      labels: ['job'],
    });
    this.leading = metrics.gauge({
      name: 'veritrail_job_leading',
      help: '1 if this process is the leader of the job.',
      labels: ['job'],
    });
  }

  of(job: string): MeasuredJob {
    const turns = {
      succeeded: this.turns.of({ job, outcome: 'succeeded' }),
      failed: this.turns.of({ job, outcome: 'failed' }),
    };
    const durations = this.durations.of({ job });
    const changes = this.changes.of({ job });
    const leading = this.leading.of({ job });
    leading.set(0);
    return {
      turned: (outcome, seconds) => {
        turns[outcome].add();
        durations.observe(seconds);
      },
      changed: (things) => changes.add(things),
      leads: (now) => leading.set(now ? 1 : 0),
    };
  }
}
