import { AppError, UnavailableError, ValidationError } from '#libs/kernel';

const RETRY_SECONDS = 1;

/**
 * Driver errors that carry no SQLSTATE: the connection was refused, lost, or never came free in the pool. "Already released"
 * is how TypeORM says that it was lost between two statements of a transaction.
 */
const CONNECTION_MESSAGES =
  /Connection terminated|query runner (?:was )?already released|timeout exceeded when trying to connect|Client has encountered a connection error|connection timeout|Query read timeout|not queryable|Driver not Connected|Connection is not established|not currently accepting connections/i;
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
]);

/**
 * SQLSTATE classes and codes after which the same request may succeed (PostgreSQL manual, appendix A). A login or a database
 * that is refused is among them: it worked when the process started, so somebody is changing it.
 */
const TRANSIENT_STATES = /^(?:28|3D000|58|08|53|57P0|57014|55P03|40001|40P01|25P03|25006)/;
/** Values that PostgreSQL cannot hold: a safety net below validation, never the only check. */
const VALUE_STATES = new Set(['22003', '22007', '22008', '22021', '22P02', '22P05']);

interface DriverError {
  code?: unknown;
  message?: unknown;
  constraint?: unknown;
  driverError?: DriverError;
}

function rootOf(error: unknown): DriverError | null {
  if (typeof error !== 'object' || error === null) return null;
  const { driverError } = error as DriverError;
  return driverError ?? (error as DriverError);
}

/** The name of the constraint that refused a row (SQLSTATE class 23), so that a repository can throw the domain's error. */
export function violatedConstraint(error: unknown): string | null {
  const root = rootOf(error);
  return typeof root?.code === 'string' && root.code.startsWith('23') && typeof root.constraint === 'string'
    ? root.constraint
    : null;
}

/** Whether a row lacked a value that its table demands (SQLSTATE 23502). */
export function violatesNotNull(error: unknown): boolean {
  return rootOf(error)?.code === '23502';
}

/** What a client may be told about a failure of the database, or null when it is a defect of ours. */
export function translateDatabaseError(error: unknown): AppError | null {
  const root = rootOf(error);
  if (!root) return null;
  const code = typeof root.code === 'string' ? root.code : '';
  const message = typeof root.message === 'string' ? root.message : '';
  if (TRANSIENT_STATES.test(code) || CONNECTION_CODES.has(code) || CONNECTION_MESSAGES.test(message)) {
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
