import { Injectable } from '@nestjs/common';
import { BackgroundJob, type JobWork } from '#libs/jobs';
import { IdempotencyRetention } from './idempotency-retention.js';

@Injectable()
@BackgroundJob({ name: 'idempotency.prune', everyMs: 10 * 60_000 })
export class PruneAnswersJob implements JobWork {
  constructor(private readonly retention: IdempotencyRetention) {}

  run(stopping: AbortSignal): Promise<number> {
    return this.retention.prune(stopping);
  }
}
