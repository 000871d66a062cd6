import { ConfigurationError } from '#libs/config';
import { EmbeddedPostgresError } from './embedded-postgres/index.js';
import { OperatorError } from './operator-error.js';

/** Runs work on the database at `url`; converts failures that an operator can fix to an `OperatorError`. */
export async function explainFailure<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { describeStartFailure } = await import('#libs/process');
    const context = { database: { url, role: 'veritrail_app' }, http: { host: '', port: 0 } };
    const { text, understood } = describeStartFailure(error, context);
    throw understood ? new OperatorError(text) : error;
  }
}

/**
 * Writes a failure to standard error: a known one as its sentence, any other with its stack. Returns the exit code that
 * fits. The error classes are imported lazily: a successful start does not wait for them.
 */
export async function reportFailure(error: unknown): Promise<number> {
  const { AppError } = await import('#libs/kernel');
  const { EXIT_CONFIGURATION } = await import('#libs/process');
  const known = [OperatorError, ConfigurationError, EmbeddedPostgresError, AppError];
  process.stderr.write(`veritrail: ${describe(error, known)}\n`);
  return error instanceof ConfigurationError ? EXIT_CONFIGURATION : 1;
}

function describe(error: unknown, known: readonly (abstract new (...args: never) => Error)[]): string {
  if (!(error instanceof Error)) return String(error);
  // Messages of file system and network errors name the operation and its target.
  if ('syscall' in error || known.some((kind) => error instanceof kind)) return error.message;
  return error.stack ?? error.message;
}
