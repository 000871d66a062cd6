import { Injectable, Logger } from '@nestjs/common';
import { type RequestScope } from '#libs/http';
import { withTimeout } from '#libs/kernel';
import { AuditLog } from '../recording/audit-log.js';
import { RefusalQueue } from './refusal-queue.js';
import { refusalOf } from './refusal.js';

/** The maximum time that a response waits for its entry. The entry then stays in the queue. */
const ANSWER_WAITS_MS = 1000;

/** Records refusals for the problem filter, outside the transaction that was rolled back. */
@Injectable()
export class RefusalRecorder {
  private readonly logger = new Logger(RefusalRecorder.name);

  constructor(
    private readonly log: AuditLog,
    private readonly queue: RefusalQueue,
  ) {}

  /**
   * Resolves when the entry is stored, when the error needs no entry, or after 1 s; never rejects. `params` are the path
   * parameters of the request.
   */
  async record(scope: RequestScope, error: unknown, params?: unknown): Promise<void> {
    try {
      const refusal = refusalOf(scope, error, params);
      if (refusal)
        await withTimeout(this.queue.add(this.log.entryOf(refusal)), ANSWER_WAITS_MS, () => undefined);
    } catch (failure) {
      this.logger.error('A refused request could not be recorded', failure);
    }
  }
}
