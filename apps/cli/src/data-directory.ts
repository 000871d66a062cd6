import { accessSync, chmodSync, constants, mkdirSync, realpathSync, statSync } from 'node:fs';
import { OperatorError } from './operator-error.js';

/**
 * The folder that holds everything one installation keeps, made when it is missing, without links in its path. Closed to
 * others; only where this is root may they pass through it, not look around: PostgreSQL then runs under another account.
 */
export function makeDataDirectory(wanted: string): string {
  const made = mkdirSync(wanted, { recursive: true }) !== undefined;
  if (made) chmodSync(wanted, process.getuid?.() === 0 ? 0o711 : 0o700);
  refuseForeign(wanted);
  return realpathSync(wanted);
}

function refuseForeign(directory: string): void {
  try {
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    throw new OperatorError(
      `The data folder ${directory} belongs to uid ${statSync(directory).uid} and this user may not use it: ` +
        'start as that user, or choose another DATA_DIR.',
    );
  }
}
