import { type DynamicModule, Module } from '@nestjs/common';
import { type Configuration } from '#libs/config';
import { ProcessMetrics } from '#libs/observability';
import { ProcessModule } from '#libs/process';
import { DatabaseProbe } from '#libs/postgres';
import { Heartbeat, JobsModule } from '#libs/jobs';
import { WorkerAnswers } from './http/worker-answers.js';
import { WorkerReadiness } from './http/worker-readiness.js';
import { WorkerServer } from './http/worker-server.js';
import { PRODUCT } from '#libs/modules';

/** The composition root of the worker process. */
@Module({})
export class WorkerProcessModule {
  static forProcess(configuration: Configuration): DynamicModule {
    return {
      module: WorkerProcessModule,
      imports: [
        ProcessModule.forProcess(configuration, 'veritrail-worker'),
        ...PRODUCT.nestModules({ withJobs: true }),
        JobsModule,
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
