import { ConflictError } from '#libs/kernel';

const SECONDS = 1;

export class NotSealedYetError extends ConflictError {
  static override readonly code: string = 'NOT_SEALED_YET';
  static override readonly title: string = 'Not sealed yet';
  static override readonly about: string =
    'It is recorded, but no signed checkpoint of the log covers it yet. That takes a second; Retry-After says when to ask again. Send `Prefer: wait=2` with a decision to be answered when its receipt is there. If it stays like this, the worker that seals the log is not running.';
  static readonly saysWhenToRetry = true;

  constructor() {
    super('No checkpoint of the log covers this yet', { retryAfter: SECONDS });
  }
}
