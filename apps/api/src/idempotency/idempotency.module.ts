import { Module } from '@nestjs/common';
import { IdempotencyRetention } from './idempotency-retention.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotentAnswersRepository } from './idempotent-answers.repository.js';

/** Idempotency-Key: the interceptor for the API, the retention for the process that runs the background jobs. */
@Module({
  providers: [IdempotentAnswersRepository, IdempotencyInterceptor, IdempotencyRetention],
  exports: [IdempotencyInterceptor, IdempotencyRetention],
})
export class IdempotencyModule {}
