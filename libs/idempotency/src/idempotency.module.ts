import { Global, Module } from '@nestjs/common';
import { OperationIdempotency } from '#libs/http';
import { IdempotencyRetention } from './idempotency-retention.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotentAnswersRepository } from './idempotent-answers.repository.js';
import { PruneAnswersJob } from './prune-answers.job.js';
import { RequestFingerprints } from './request-fingerprints.js';

/**
 * Idempotency-Key: the port of `@Operation`, and the retention for the process that runs the background jobs. Global, because
 * the modules with idempotent operations use the port and must not import this module.
 */
@Global()
@Module({
  providers: [
    IdempotentAnswersRepository,
    IdempotencyRetention,
    PruneAnswersJob,
    RequestFingerprints,
    { provide: OperationIdempotency, useClass: IdempotencyInterceptor },
  ],
  exports: [OperationIdempotency],
})
export class IdempotencyModule {}
