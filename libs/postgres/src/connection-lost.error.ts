import { DatabaseError } from 'pg';

/** PostgreSQL was not reached, or the connection was lost before it answered. What became of the statement is unknown. */
export class ConnectionLostError extends Error {
  constructor(cause: unknown) {
    super('The connection to the database failed', { cause });
  }
}

/** A failed statement: PostgreSQL's own refusal, a defect in a value that was sent or read, or else a lost connection. */
export function statementFailure(error: Error): Error {
  return error instanceof DatabaseError || isDefect(error) ? error : new ConnectionLostError(error);
}

/** The driver's own stack leads to a socket. */
export function withCallerStack(error: unknown): unknown {
  if (error instanceof Error) Error.captureStackTrace(error, withCallerStack);
  return error;
}

/** JavaScript's own complaints, for example about a value that has no JSON. */
function isDefect(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError;
}
