import { Module } from '@nestjs/common';
import { IdempotencyRetention } from './idempotency-retention.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotentAnswersRepository } from './idempotent-answers.repository.js';
import { RequestFingerprints } from './request-fingerprints.js';

/** Idempotency-Key: the interceptor for the API, the retention for the process that runs the background jobs. */
@Module({
  providers: [IdempotentAnswersRepository, IdempotencyInterceptor, IdempotencyRetention, RequestFingerprints],
  exports: [IdempotencyInterceptor, IdempotencyRetention],
})
export class IdempotencyModule {}
