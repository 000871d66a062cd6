import { HttpException } from '@nestjs/common';
import {
  AppError,
  BadRequestError,
  ForbiddenError,
  HeadersTooLargeError,
  InternalError,
  MethodNotAllowedError,
  NotFoundError,
  PayloadTooLargeError,
  RequestTimeoutError,
  UnauthorizedError,
  UnavailableError,
  UnsupportedMediaTypeError,
  UriTooLongError,
} from '#libs/kernel';
import { translateDatabaseError } from '#libs/postgres';

const BY_STATUS: ReadonlyMap<number, () => AppError> = new Map([
  [400, () => new BadRequestError()],
  [401, () => new UnauthorizedError()],
  [403, () => new ForbiddenError()],
  [404, () => new NotFoundError()],
  [405, () => new MethodNotAllowedError()],
  [408, () => new RequestTimeoutError()],
  [413, () => new PayloadTooLargeError()],
  [414, () => new UriTooLongError()],
  [415, () => new UnsupportedMediaTypeError()],
  [431, () => new HeadersTooLargeError()],
  [503, () => new UnavailableError('Temporarily unavailable', { retryAfter: 1 })],
]);

/**
 * The public error for `thrown`: an `AppError` unchanged, database and framework errors translated, anything else a
 * 500.
 */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const database = translateDatabaseError(thrown);
  if (database) return database;
  const status = statusOf(thrown);
  return BY_STATUS.get(status ?? 500)?.() ?? new InternalError(undefined, { cause: thrown });
}

/** Only errors of Nest and Fastify have a reliable status; any object may have a property of that name. */
function statusOf(thrown: unknown): number | null {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('FST_')) {
    return 'statusCode' in thrown && typeof thrown.statusCode === 'number' ? thrown.statusCode : null;
  }
  return null;
}
