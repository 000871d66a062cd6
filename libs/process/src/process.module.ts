import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Configuration } from '#libs/config';
import { HttpModule } from '#libs/http';
import { Clock } from '#libs/kernel';
import { ObservabilityModule } from '#libs/observability';
import { PostgresModule } from '#libs/postgres';

/**
 * The singletons of a process: configuration, clock, metrics and connections. Global, because they exist before the first
 * module, and `PostgresModule` and `Configuration` are created per process.
 */
@Global()
@Module({})
export class ProcessModule {
  /** `applicationName` appears in `pg_stat_activity`. */
  static forProcess(configuration: Configuration, applicationName: string): DynamicModule {
    return {
      module: ProcessModule,
      imports: [ObservabilityModule, HttpModule, PostgresModule.forProcess(configuration, applicationName)],
      providers: [{ provide: Configuration, useValue: configuration }, Clock],
      exports: [Configuration, Clock, ObservabilityModule, HttpModule, PostgresModule],
    };
  }
}
