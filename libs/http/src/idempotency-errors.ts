import { ConflictError, ValidationError } from '#libs/kernel';

export class IdempotencyInProgressError extends ConflictError {
  static override readonly code = 'IDEMPOTENCY_IN_PROGRESS';
  static override readonly title = 'The same request is in progress';
  static override readonly about =
    'Another request with this Idempotency-Key is being worked on. Wait for its answer, or repeat after Retry-After.';
}

export class IdempotencyKeyReusedError extends ValidationError {
  static override readonly code = 'IDEMPOTENCY_KEY_REUSED';
  static override readonly title = 'Idempotency-Key was used for another request';
  static override readonly about =
    'This Idempotency-Key already belongs to a request with another body or address. Use a fresh key for a new request.';
}
