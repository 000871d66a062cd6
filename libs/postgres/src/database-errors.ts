import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';
import { AppError, UnavailableError, ValidationError } from '#libs/kernel';
import { ConnectionLostError, statementFailure } from './connection-lost.error.js';

const RETRY_SECONDS = 1;

/** Node's codes for a server that cannot be reached. */
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
]);

/**
 * SQLSTATE classes and codes after which the same request may succeed (PostgreSQL manual, appendix A). A refused login (28) and
 * a database that is missing (3D000) or accepts no connections (55000) are among them: they worked when the process started,
 * so an operator is changing them.
 */
const TRANSIENT_STATES = /^(?:28|3D000|58|08|53|57P0|57014|55P03|55000|40001|40P01|25P03|25006)/;
const UNDEFINED_TABLE = '42P01';
/** Values that PostgreSQL cannot hold: a safety net below validation, never the only check. */
const VALUE_STATES = new Set(['22003', '22007', '22008', '22021', '22P02', '22P05']);

/** Whether the connection failed, as `UnitOfWork` or TypeORM report it: there is no SQLSTATE then. */
function isLostConnection(error: unknown): boolean {
  if (error instanceof QueryFailedError)
    return isLostConnection(statementFailure(error.driverError as Error));
  return (
    error instanceof ConnectionLostError ||
    // TypeORM gives a connection back as soon as it is lost, and refuses the next statement.
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

/** The name of the constraint that refused a row (SQLSTATE class 23), so that a repository can throw the domain's error. */
export function violatedConstraint(error: unknown): string | null {
  const { constraint } = rootOf(error);
  return codeOf(error).startsWith('23') && typeof constraint === 'string' ? constraint : null;
}

/** Whether a table is missing (SQLSTATE 42P01): the migrations have not run yet. */
export function lacksTable(error: unknown): boolean {
  return codeOf(error) === UNDEFINED_TABLE;
}

/** Whether a row lacked a value that its table demands (SQLSTATE 23502). */
export function violatesNotNull(error: unknown): boolean {
  return codeOf(error) === '23502';
}

/** What a client may be told about a failure of the database, or null when it is a defect of ours. */
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
