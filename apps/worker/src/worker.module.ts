import { Module } from '@nestjs/common';
import { AuthMaintenance, AuthModule } from '#libs/auth';
import { StagingSweep, UploadModule } from '#libs/documents';
import { IdempotencyModule } from '../../api/src/idempotency/idempotency.module.js';
import { IdempotencyRetention } from '../../api/src/idempotency/idempotency-retention.js';
import { JOBS } from './job.js';
import { JobRunner } from './job-runner.js';
import { Leadership } from './leadership.js';
import { maintenanceJobs } from './maintenance-jobs.js';

/**
 * The background jobs, running as long as the application that imports this: the worker's own process, or the API of a
 * small install. Needs the kernel, users and audit modules beside it.
 */
@Module({
  imports: [AuthModule, IdempotencyModule, UploadModule],
  providers: [
    Leadership,
    JobRunner,
    {
      provide: JOBS,
      inject: [AuthMaintenance, IdempotencyRetention, StagingSweep],
      useFactory: maintenanceJobs,
    },
  ],
  exports: [JobRunner],
})
export class WorkerModule {}
