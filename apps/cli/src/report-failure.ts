import { ConfigurationError } from '#libs/config';
import { AppError } from '#libs/kernel';
import { describeStartFailure, EXIT_CONFIGURATION } from '#libs/process';
import { EmbeddedPostgresError } from './embedded-postgres/index.js';
import { OperatorError } from './operator-error.js';

/** Runs work on the database at `url`; a failure that operators can put right becomes an `OperatorError` in their words. */
export async function explained<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const surroundings = { database: { url, role: 'veritrail_app' }, http: { host: '', port: 0 } };
    const { text, understood } = describeStartFailure(error, surroundings);
    throw understood ? new OperatorError(text) : error;
  }
}

/**
 * Writes a failure to standard error: one that was foreseen as its sentence, any other with where it happened. Returns the
 * exit code that fits.
 */
export function reportFailure(error: unknown): number {
  process.stderr.write(`veritrail: ${describe(error)}\n`);
  return error instanceof ConfigurationError ? EXIT_CONFIGURATION : 1;
}

function describe(error: unknown): string {
  const foreseen = [OperatorError, ConfigurationError, EmbeddedPostgresError, AppError];
  if (error instanceof Error && foreseen.some((kind) => error instanceof kind)) return error.message;
  // The file system and the network say in one line what they refused and where.
  if (error instanceof Error && 'syscall' in error) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
