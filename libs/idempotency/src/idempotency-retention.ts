import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { IdempotentAnswersRepository } from './idempotent-answers.repository.js';

const BATCH = 1000;

/** Removes expired responses; called by a background job. */
@Injectable()
export class IdempotencyRetention {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly answers: IdempotentAnswersRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Removes expired responses in short transactions until none is left or `signal` aborts. Returns the number removed.
   */
  async prune(signal?: AbortSignal): Promise<number> {
    let total = 0;
    for (let removed = BATCH; removed === BATCH && !signal?.aborted; total += removed) {
      removed = await this.uow.transact(() => this.answers.prune(this.clock.now(), BATCH), {
        separate: true,
      });
    }
    return total;
  }
}
