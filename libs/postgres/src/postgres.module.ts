import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Configuration } from '#libs/config';
import { AuditTrail } from '#libs/kernel';
import { ObservabilityModule } from '#libs/observability';
import { ChangeQueue } from './change-queue.js';
import { databaseOptions } from './database.options.js';
import { PoolMetrics } from './pool-metrics.js';
import { StatementNames } from './statement-names.js';
import { UnitOfWork } from './unit-of-work.js';
import { UnitOfWorkTrail } from './unit-of-work-trail.js';

/** The database connections of a process and their unit of work. */
@Module({})
export class PostgresModule {
  /** `applicationName` is shown in `pg_stat_activity`. */
  static forProcess(configuration: Configuration, applicationName: string): DynamicModule {
    return {
      module: PostgresModule,
      imports: [
        ObservabilityModule,
        TypeOrmModule.forRoot({
          ...databaseOptions(configuration, applicationName),
          autoLoadEntities: true,
          retryAttempts: 0,
        }),
      ],
      providers: [
        {
          provide: UnitOfWork,
          inject: [DataSource],
          useFactory: (source: DataSource) =>
            new UnitOfWork(source, new StatementNames(configuration.database.preparedStatements)),
        },
        { provide: AuditTrail, useClass: UnitOfWorkTrail },
        ChangeQueue,
        PoolMetrics,
      ],
      exports: [UnitOfWork, AuditTrail, ChangeQueue],
    };
  }
}
