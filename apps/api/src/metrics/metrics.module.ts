import { type DynamicModule, Module } from '@nestjs/common';
import { type Configuration } from '#libs/config';
import { ProcessMetrics } from '#libs/observability';
import { RequestMetrics } from '../http/request-log.js';
import { MetricsController } from './metrics.controller.js';

/** The metrics of requests and of the process, and /metrics where the configuration lets it be. */
@Module({})
export class MetricsModule {
  static forProcess({ metrics }: Pick<Configuration, 'metrics'>): DynamicModule {
    return {
      module: MetricsModule,
      controllers: metrics.served ? [MetricsController] : [],
      providers: [RequestMetrics, ...(metrics.served ? [ProcessMetrics] : [])],
      exports: [RequestMetrics],
    };
  }
}
