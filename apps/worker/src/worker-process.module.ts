import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '#libs/audit';
import { type Configuration, KernelModule, ProcessMetrics } from '#libs/kernel';
import { UsersModule } from '#libs/users';
import { DatabaseProbe } from '../../api/src/health/database-probe.js';
import { Heartbeat } from './heartbeat.js';
import { WorkerAnswers } from './http/worker-answers.js';
import { WorkerReadiness } from './http/worker-readiness.js';
import { WorkerServer } from './http/worker-server.js';
import { WorkerModule } from './worker.module.js';

/** The composition root of the worker's own process. */
@Module({})
export class WorkerProcessModule {
  static forProcess(configuration: Configuration): DynamicModule {
    return {
      module: WorkerProcessModule,
      imports: [
        KernelModule.forProcess(configuration, 'veritrail-worker'),
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
