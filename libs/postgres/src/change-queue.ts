import { Injectable } from '@nestjs/common';
import { Configuration } from '#libs/config';
import { UnavailableError } from '#libs/kernel';
import { translateDatabaseError } from './database-errors.js';
import { KeyedQueue } from './keyed-queue.js';

/** A second change would only wait for the same row lock and occupy a connection. */
const AT_ONCE = 1;

/**
 * The changes that this process makes, in one queue per resource. If no change of a resource finishes within the lock timeout,
 * those that wait fail with `UnavailableError`.
 */
@Injectable()
export class ChangeQueue extends KeyedQueue {
  constructor({ database }: Configuration) {
    super(AT_ONCE, {
      ms: database.lockTimeoutMs,
      createError: () =>
        new UnavailableError('Too many requests are changing this resource at the same time', {
          retryAfter: 1,
        }),
      isContention: (error) =>
        error instanceof UnavailableError || translateDatabaseError(error) instanceof UnavailableError,
    });
  }
}
