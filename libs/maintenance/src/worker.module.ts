import { Module } from '@nestjs/common';
import { SealingModule } from '#libs/audit';
import { AuthModule } from '#libs/auth';
import { DocumentsModule, UploadModule } from '#libs/documents';
import { IdempotencyModule } from '#libs/idempotency';
import { JobMetrics, JobRunner, JOBS, Leadership } from '#libs/jobs';
import { MaintenanceJobs } from './maintenance-jobs.js';

/**
 * Runs the background jobs while the importing application runs: the worker, or the API with `WORKER_IN_PROCESS`.
 */
@Module({
  imports: [SealingModule, AuthModule, DocumentsModule, UploadModule, IdempotencyModule],
  providers: [
    Leadership,
    MaintenanceJobs,
    { provide: JOBS, inject: [MaintenanceJobs], useFactory: (jobs: MaintenanceJobs) => jobs.all() },
    JobMetrics,
    JobRunner,
  ],
  exports: [JobRunner],
})
export class WorkerModule {}
