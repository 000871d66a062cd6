import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { AuditInterceptor } from '#libs/audit';
import { AuthenticationGuard, PermissionGuard } from '#libs/auth';
import {
  EvidenceModule,
  StagedUploadInterceptor,
  UploadTargetInterceptor,
  UploadModule,
  WaitForReceiptInterceptor,
} from '#libs/documents';
import { type Configuration } from '#libs/config';
import { OperationSteps } from '#libs/http';
import { ProcessModule } from '#libs/process';
import { JobsModule } from '#libs/jobs';
import { PRODUCT } from '#libs/modules';
import { HealthModule } from './health/health.module.js';
import { RequestValidationPipe } from './http/request-validation.pipe.js';
import { QueueChangesInterceptor } from './http/queue-changes.interceptor.js';
import { IdempotencyInterceptor, IdempotencyModule } from '#libs/idempotency';
import { MetricsModule } from './metrics/metrics.module.js';
import { OpenApiModule } from './openapi/openapi.module.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { ProblemsModule } from './problems/problems.module.js';

/**
 * The composition root of the HTTP process. The order of the global guards below is the order in which Nest runs them. No
 * interceptor is global: `@Operation` applies the steps below to operations that change data or are recorded, not to plain
 * reads.
 */
@Module({})
export class AppModule {
  static forProcess(configuration: Configuration): DynamicModule {
    const withJobs = configuration.worker.inProcess;
    return {
      module: AppModule,
      imports: [
        ProcessModule.forProcess(configuration, 'veritrail-api'),
        ...PRODUCT.nestModules({ withJobs }),
        UploadModule,
        EvidenceModule,
        HealthModule,
        MetricsModule.forProcess(configuration),
        OpenApiModule.forProcess(configuration),
        IdempotencyModule,
        ProblemsModule,
        ...(withJobs ? [JobsModule] : []),
      ],
      providers: [
        { provide: APP_GUARD, useExisting: AuthenticationGuard },
        { provide: APP_GUARD, useExisting: PermissionGuard },
        QueueChangesInterceptor,
        OperationSteps.inOrder(
          UploadTargetInterceptor,
          StagedUploadInterceptor,
          QueueChangesInterceptor,
          WaitForReceiptInterceptor,
          AuditInterceptor,
          IdempotencyInterceptor,
        ),
        { provide: APP_PIPE, useClass: RequestValidationPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
