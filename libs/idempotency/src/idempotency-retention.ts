import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { IdempotentAnswersRepository } from './idempotent-answers.repository.js';

const BATCH = 1000;

/** Housekeeping of stored answers, for the background jobs. */
@Injectable()
export class IdempotencyRetention {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly answers: IdempotentAnswersRepository,
    private readonly clock: Clock,
  ) {}

  /** Removes what expired, in short transactions of their own, until nothing is left or `signal` fires. Says how many. */
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
