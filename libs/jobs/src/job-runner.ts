import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { type Job, JOBS } from './job.js';
import { JobLoop } from './job-loop.js';
import { JobMetrics } from './job-metrics.js';
import { Leadership } from './leadership.js';

/** Starts all job loops with the application; at shutdown, waits for running batches before connections close. */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loops: readonly JobLoop[];

  constructor(
    @Inject(JOBS) jobs: readonly Job[],
    private readonly leadership: Leadership,
    metrics: JobMetrics,
  ) {
    this.loops = jobs.map((job) => new JobLoop(job, leadership, metrics.of(job.name)));
  }

  onApplicationBootstrap(): void {
    for (const loop of this.loops) loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
    await this.leadership.resign();
  }

  /** The jobs that are more than `toleranceMs` late. */
  stuck(toleranceMs: number): string[] {
    return this.loops.filter((loop) => loop.overdueMs() > toleranceMs).map((loop) => loop.job.name);
  }
}
