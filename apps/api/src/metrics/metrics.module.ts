import { type DynamicModule, Module } from '@nestjs/common';
import { type Configuration } from '#libs/config';
import { ProcessMetrics } from '#libs/observability';
import { RequestMetrics } from '../http/request-log.js';
import { MetricsController } from './metrics.controller.js';

/** Request and process metrics, and `/metrics` unless the configuration disables it. */
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
