import { ConflictError, ValidationError } from '#libs/kernel';

export class IdempotencyInProgressError extends ConflictError {
  static override readonly code = 'IDEMPOTENCY_IN_PROGRESS';
  static override readonly title = 'The same request is in progress';
  static override readonly about =
    'The server is still processing the first request with this Idempotency-Key. Wait for the response to that request, or repeat the request after the number of seconds in Retry-After.';
}

export class IdempotencyKeyReusedError extends ValidationError {
  static override readonly code = 'IDEMPOTENCY_KEY_REUSED';
  static override readonly title = 'Idempotency-Key was used for another request';
  static override readonly about =
    'This Idempotency-Key belongs to an earlier request with a different body or address. Use a new key for each new request.';
}
