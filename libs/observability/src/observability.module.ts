import { Module } from '@nestjs/common';
import { Metrics } from './metrics/metrics.js';
import { StoppedWork } from './metrics/stopped-work.js';

/** The metrics of a process, and what of its work is stopped. */
@Module({
  providers: [Metrics, StoppedWork],
  exports: [Metrics, StoppedWork],
})
export class ObservabilityModule {}
