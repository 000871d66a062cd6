import { Module } from '@nestjs/common';
import { SealingModule } from '#libs/audit';
import { AuthModule } from '#libs/auth';
import { DocumentsModule, UploadModule } from '#libs/documents';
import { IdempotencyModule } from '#libs/idempotency';
import { JobMetrics, JobRunner, JOBS, Leadership } from '#libs/jobs';
import { MaintenanceJobs } from './maintenance-jobs.js';

/**
 * The background jobs, running as long as the application that imports this: the worker's own process, or the API of a
 * small install.
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
