import { DatabaseError } from 'pg';

/**
 * PostgreSQL was unreachable, or the connection was lost before the response. The outcome of the statement is unknown.
 */
export class ConnectionLostError extends Error {
  constructor(cause: unknown) {
    super('The connection to the database failed', { cause });
  }
}

/** The error of a failed statement: PostgreSQL's refusal, a defect in a value, or else `ConnectionLostError`. */
export function statementFailure(error: Error): Error {
  return error instanceof DatabaseError || isDefect(error) ? error : new ConnectionLostError(error);
}

/** Replaces the driver's stack, which ends at a socket, with the stack of the caller. */
export function withCallerStack(error: unknown): unknown {
  if (error instanceof Error) Error.captureStackTrace(error, withCallerStack);
  return error;
}

/** Defects of this code, for example a value that has no JSON form. */
function isDefect(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError;
}
