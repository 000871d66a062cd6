import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Configuration } from '#libs/config';
import { product } from '#libs/declarations';
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
  /** `applicationName` appears in `pg_stat_activity`. Throws `StartRefusedError` if the modules are not complete. */
  static forProcess(configuration: Configuration, applicationName: string): DynamicModule {
    product().assertComplete();
    const sections = [...configuration.sections].map(([provide, useValue]) => ({ provide, useValue }));
    return {
      module: ProcessModule,
      imports: [ObservabilityModule, PostgresModule.forProcess(configuration, applicationName)],
      providers: [{ provide: Configuration, useValue: configuration }, ...sections, Clock],
      exports: [Configuration, ...sections, Clock, ObservabilityModule, PostgresModule],
    };
  }
}
