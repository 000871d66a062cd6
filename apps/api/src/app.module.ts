import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { AuthenticationGuard, PermissionGuard } from '#libs/auth';
import { type Configuration } from '#libs/config';
import { ProcessModule } from '#libs/process';
import { JobsModule } from '#libs/jobs';
import { PRODUCT } from '#libs/modules';
import { HealthModule } from './health/health.module.js';
import { RequestValidationPipe } from './http/request-validation.pipe.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { OpenApiModule } from './openapi/openapi.module.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { ProblemsModule } from './problems/problems.module.js';

/**
 * The composition root of the HTTP process. The order of the global guards below is the order in which Nest runs them. No
 * interceptor is global: `@Operation` adds them to the handlers that need them, and plain reads have none.
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
        HealthModule,
        MetricsModule.forProcess(configuration),
        OpenApiModule.forProcess(configuration),
        ProblemsModule,
        ...(withJobs ? [JobsModule] : []),
      ],
      providers: [
        { provide: APP_GUARD, useExisting: AuthenticationGuard },
        { provide: APP_GUARD, useExisting: PermissionGuard },
        { provide: APP_PIPE, useClass: RequestValidationPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
