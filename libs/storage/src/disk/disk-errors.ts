import { AppError, InsufficientStorageError, UnavailableError } from '#libs/kernel';

const RETRY_SECONDS = 5;
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The `errno` name of a failed system call, or null. */
export function errorCode(error: unknown): string | null {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : null;
  return typeof code === 'string' ? code : null;
}

/** The public error for a failure of the disk. An `AppError` stays unchanged. */
export function storageError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (NO_SPACE.has(errorCode(error) ?? '')) return new InsufficientStorageError(undefined, { cause: error });
  return new UnavailableError('The document store is not available', {
    retryAfter: RETRY_SECONDS,
    cause: error,
  });
}

/** Runs one disk operation and translates its error. */
export async function onDisk<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw storageError(error);
  }
}

/** Resolves with null if the file does not exist. */
export async function ifPresent<T>(step: Promise<T>): Promise<T | null> {
  try {
    return await step;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
