import { accessSync, chmodSync, constants, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from './embedded-postgres/system-error.js';
import { OperatorError } from './operator-error.js';

/**
 * The data folder of an installation, without symbolic links in its path; created when missing. Closed to other users.
 * As root, others may traverse but not list it, because PostgreSQL then runs under a different account.
 */
export function makeDataDirectory(wanted: string): string {
  if (createIfMissing(wanted)) chmodSync(wanted, process.getuid?.() === 0 ? 0o711 : 0o700);
  refuseForeignOwner(wanted);
  return realpathSync(wanted);
}

/**
 * Creates a folder and its parents; returns whether it was missing. Not with Node's `recursive` option, which never ends
 * where the system reports ENOENT although the parent exists, as in /proc.
 */
function createIfMissing(directory: string): boolean {
  if (existsSync(directory)) return false;
  createIfMissing(dirname(directory));
  try {
    mkdirSync(directory);
    return true;
  } catch (error) {
    // Another process created it in the meantime.
    if (existsSync(directory)) return false;
    throw new OperatorError(
      `The data folder ${directory} cannot be created (${messageOf(error)}): choose a different DATA_DIR.`,
    );
  }
}

function refuseForeignOwner(directory: string): void {
  try {
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    throw new OperatorError(
      `The data folder ${directory} belongs to uid ${statSync(directory).uid} and this user cannot use it: ` +
        'start as that user, or choose a different DATA_DIR.',
    );
  }
}
