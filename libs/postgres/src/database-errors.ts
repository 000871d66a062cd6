import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';
import { AppError, UnavailableError, ValidationError } from '#libs/kernel';
import { ConnectionLostError, statementFailure } from './connection-lost.error.js';

const RETRY_SECONDS = 1;

/** Node's codes for an unreachable server. */
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
]);

/**
 * SQLSTATE classes and codes after which the same request may succeed (PostgreSQL manual, appendix A). They include a
 * refused login (28) and a database that is missing (3D000) or accepts no connections (55000): these worked at start, so
 * an operator is changing them.
 */
const TRANSIENT_STATES = /^(?:28|3D000|58|08|53|57P0|57014|55P03|55000|40001|40P01|25P03|25006)/;
const UNDEFINED_TABLE = '42P01';
/** Values that PostgreSQL cannot store: a safety net below validation. */
const VALUE_STATES = new Set(['22003', '22007', '22008', '22021', '22P02', '22P05']);

/** Whether the connection failed, as `UnitOfWork` or TypeORM report it, without a SQLSTATE. */
function isLostConnection(error: unknown): boolean {
  if (error instanceof QueryFailedError)
    return isLostConnection(statementFailure(error.driverError as Error));
  return (
    error instanceof ConnectionLostError ||
    // TypeORM releases a lost connection at once and refuses the next statement.
    error instanceof QueryRunnerAlreadyReleasedError ||
    error instanceof QueryRunnerProviderAlreadyReleasedError ||
    CONNECTION_CODES.has(codeOf(error))
  );
}

function codeOf(error: unknown): string {
  const { code } = rootOf(error);
  return typeof code === 'string' ? code : '';
}

function rootOf(error: unknown): { readonly code?: unknown; readonly constraint?: unknown } {
  const root: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return typeof root === 'object' && root !== null ? root : {};
}

/**
 * The name of the violated constraint (SQLSTATE class 23), which a repository maps to a domain error; otherwise null.
 */
export function violatedConstraint(error: unknown): string | null {
  const { constraint } = rootOf(error);
  return codeOf(error).startsWith('23') && typeof constraint === 'string' ? constraint : null;
}

/** Whether a table is missing (SQLSTATE 42P01): the migrations have not run yet. */
export function lacksTable(error: unknown): boolean {
  return codeOf(error) === UNDEFINED_TABLE;
}

/** Whether a required column was NULL (SQLSTATE 23502). */
export function violatesNotNull(error: unknown): boolean {
  return codeOf(error) === '23502';
}

/** The public error for a failure of the database; null if the failure is a defect of this code. */
export function translateDatabaseError(error: unknown): AppError | null {
  const code = codeOf(error);
  if (TRANSIENT_STATES.test(code) || isLostConnection(error)) {
    return new UnavailableError('The database did not answer in time', {
      retryAfter: RETRY_SECONDS,
      cause: error,
    });
  }
  if (VALUE_STATES.has(code)) {
    return new ValidationError('A value is outside the range that can be stored', { cause: error });
  }
  return null;
}
