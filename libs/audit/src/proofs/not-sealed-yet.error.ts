import { ConflictError } from '#libs/kernel';

const SECONDS = 1;

export class NotSealedYetError extends ConflictError {
  static override readonly code: string = 'NOT_SEALED_YET';
  static override readonly title: string = 'Not sealed yet';
  static override readonly about: string =
    'The event is recorded, but no signed checkpoint of the audit log covers it yet. This usually takes about one second; repeat the request after the number of seconds in Retry-After. A decision that is sent with `Prefer: wait=2` is answered when its receipt exists. If the problem persists, the worker that seals the log is not running: tell the operator.';
  static readonly saysWhenToRetry = true;

  constructor() {
    super('No checkpoint of the audit log covers this event yet', { retryAfter: SECONDS });
  }
}
