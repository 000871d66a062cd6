import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { StartRefusedError } from '#libs/kernel';
import { type Job, JOB_SCHEDULE, type JobWork } from './job.js';
import { JobLoop } from './job-loop.js';
import { JobMetrics } from './job-metrics.js';
import { Leadership } from './leadership.js';

/** Starts the loop of every `@BackgroundJob`; at shutdown, waits for running batches before connections close. */
@Injectable()
export class JobRunner implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private loops: readonly JobLoop[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly leadership: Leadership,
    private readonly metrics: JobMetrics,
  ) {}

  /** Throws `StartRefusedError` for two jobs with one name: they would share a leader's lock. */
  onModuleInit(): void {
    const jobs = this.findJobs();
    const names = jobs.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined)
      throw new StartRefusedError(`Two background jobs have the name ${twice}: rename one`);
    this.loops = jobs.map((job) => new JobLoop(job, this.leadership, this.metrics.of(job.name)));
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

  private findJobs(): Job[] {
    return this.discovery.getProviders().flatMap((provider) => {
      const schedule = this.discovery.getMetadataByDecorator(JOB_SCHEDULE, provider);
      if (!schedule) return [];
      const work = provider.instance as JobWork;
      return [{ ...schedule, run: (stopping) => work.run(stopping), stepDown: () => work.stepDown?.() }];
    });
  }
}
