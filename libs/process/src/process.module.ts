import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Configuration } from '#libs/config';
import { HttpModule } from '#libs/http';
import { Clock } from '#libs/kernel';
import { ObservabilityModule } from '#libs/observability';
import { PostgresModule } from '#libs/postgres';

/**
 * What a process has once: its configuration, clock, metrics and connections. Global, because all of it exists before the
 * first module, and `PostgresModule` and `Configuration` are made for one process.
 */
@Global()
@Module({})
export class ProcessModule {
  /** `applicationName` is what `pg_stat_activity` shows. */
  static forProcess(configuration: Configuration, applicationName: string): DynamicModule {
    return {
      module: ProcessModule,
      imports: [ObservabilityModule, HttpModule, PostgresModule.forProcess(configuration, applicationName)],
      providers: [{ provide: Configuration, useValue: configuration }, Clock],
      exports: [Configuration, Clock, ObservabilityModule, HttpModule, PostgresModule],
    };
  }
}
