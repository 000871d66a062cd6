import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditTrail } from './audit/audit-trail.js';
import { Configuration } from './config/configuration.js';
import { databaseOptions } from './persistence/database.options.js';
import { UnitOfWork } from './persistence/unit-of-work.js';
import { Clock } from './time/clock.js';

/** What every module may ask for without importing anything: configuration, clock, unit of work, audit trail. */
@Global()
@Module({})
export class KernelModule {
  /** `applicationName` is what `pg_stat_activity` shows. */
  static forProcess(configuration: Configuration, applicationName: string): DynamicModule {
    return {
      module: KernelModule,
      imports: [
        TypeOrmModule.forRoot({
          ...databaseOptions(configuration, applicationName),
          autoLoadEntities: true,
          retryAttempts: 0,
        }),
      ],
      providers: [{ provide: Configuration, useValue: configuration }, Clock, UnitOfWork, AuditTrail],
      exports: [Configuration, Clock, UnitOfWork, AuditTrail],
    };
  }
}
