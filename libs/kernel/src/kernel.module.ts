import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AuditTrail } from './audit/audit-trail.js';
import { Configuration } from './config/configuration.js';
import { OperationSteps } from './http/operation-steps.js';
import { Metrics } from './metrics/metrics.js';
import { databaseOptions } from './persistence/database.options.js';
import { PoolMetrics } from './persistence/pool-metrics.js';
import { StatementNames } from './persistence/statement-names.js';
import { UnitOfWork } from './persistence/unit-of-work.js';
import { StoppedWork } from './process/stopped-work.js';
import { Clock } from './time/clock.js';

/** What every module may ask for without importing anything: configuration, clock, unit of work, audit trail,
 * metrics. */
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
      providers: [
        { provide: Configuration, useValue: configuration },
        {
          provide: UnitOfWork,
          inject: [DataSource],
          useFactory: (source: DataSource) =>
            new UnitOfWork(source, new StatementNames(configuration.database.preparedStatements)),
        },
        Clock,
        AuditTrail,
        Metrics,
        OperationSteps,
        PoolMetrics,
        StoppedWork,
      ],
      exports: [Configuration, Clock, UnitOfWork, AuditTrail, Metrics, OperationSteps, StoppedWork],
    };
  }
}
