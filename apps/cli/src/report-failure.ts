import { AppError, ConfigurationError } from '#libs/kernel';
import { EmbeddedPostgresError } from './embedded-postgres/index.js';

/** A failure whose message says everything a person at the terminal needs. */
export class OperatorError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OperatorError';
  }
}

/** Writes a failure to standard error: one that was foreseen as its sentence, any other with where it happened. */
export function reportFailure(error: unknown): void {
  process.stderr.write(`veritrail: ${describe(error)}\n`);
}

function describe(error: unknown): string {
  const foreseen = [OperatorError, ConfigurationError, EmbeddedPostgresError, AppError];
  if (error instanceof Error && foreseen.some((kind) => error instanceof kind)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
