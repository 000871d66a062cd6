import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '#libs/audit';
import { type Configuration, KernelModule } from '#libs/kernel';
import { UsersModule } from '#libs/users';
import { Heartbeat } from './heartbeat.js';
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
      providers: [Heartbeat],
    };
  }
}
