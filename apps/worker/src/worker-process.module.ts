import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '#libs/audit';
import { type Configuration } from '#libs/config';
import { ProcessMetrics } from '#libs/observability';
import { ProcessModule } from '#libs/process';
import { UsersModule } from '#libs/users';
import { DatabaseProbe } from '#libs/postgres';
import { Heartbeat } from '#libs/jobs';
import { WorkerAnswers } from './http/worker-answers.js';
import { WorkerReadiness } from './http/worker-readiness.js';
import { WorkerServer } from './http/worker-server.js';
import { WorkerModule } from '#libs/maintenance';

/** The composition root of the worker process. */
@Module({})
export class WorkerProcessModule {
  static forProcess(configuration: Configuration): DynamicModule {
    return {
      module: WorkerProcessModule,
      imports: [
        ProcessModule.forProcess(configuration, 'veritrail-worker'),
        AuditModule,
        UsersModule,
        WorkerModule,
      ],
      providers: [
        Heartbeat,
        ...(configuration.worker.http ? [ProcessMetrics] : []),
        DatabaseProbe,
        WorkerReadiness,
        WorkerAnswers,
        WorkerServer,
      ],
    };
  }
}
