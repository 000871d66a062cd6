import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { JobMetrics } from './job-metrics.js';
import { JobRunner } from './job-runner.js';
import { Leadership } from './leadership.js';

/**
 * Runs every `@BackgroundJob` while the importing application runs: the worker, or the API with `WORKER_IN_PROCESS`.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [Leadership, JobMetrics, JobRunner],
  exports: [JobRunner],
})
export class JobsModule {}
