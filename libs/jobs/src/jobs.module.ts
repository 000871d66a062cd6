import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { JobMetrics } from './job-metrics.js';
import { JobRunner } from './job-runner.js';
import { Leadership } from './leadership.js';

/**
 * Runs every `@BackgroundJob` of the application that imports it, as long as that runs: the worker's own process, or the
 * API of a small install.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [Leadership, JobMetrics, JobRunner],
  exports: [JobRunner],
})
export class JobsModule {}
