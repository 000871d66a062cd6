import { Module } from '@nestjs/common';
import { Metrics } from './metrics/metrics.js';
import { StoppedWork } from './metrics/stopped-work.js';

/** The metrics of a process and its stopped work. */
@Module({
  providers: [Metrics, StoppedWork],
  exports: [Metrics, StoppedWork],
})
export class ObservabilityModule {}
