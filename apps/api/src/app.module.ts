import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { type Configuration, KernelModule } from '#libs/kernel';
import { HealthModule } from './health/health.module.js';
import { RequestValidationPipe } from './http/request-validation.pipe.js';
import { ProblemFilter } from './problems/problem.filter.js';

/**
 * The composition root of the HTTP process. Nest runs what is global in the order in which it is listed here: guards of
 * the imported modules, interceptors from the outermost to the innermost, the pipe, and around all of it the filter.
 */
@Module({})
export class AppModule {
  static forProcess(configuration: Configuration): DynamicModule {
    return {
      module: AppModule,
      imports: [KernelModule.forProcess(configuration, 'veritrail-api'), HealthModule],
      providers: [
        { provide: APP_PIPE, useClass: RequestValidationPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
