import { accessSync, chmodSync, constants, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from './embedded-postgres/system-error.js';
import { OperatorError } from './operator-error.js';

/**
 * The folder that holds everything one installation keeps, made when it is missing, without links in its path. Closed to
 * others; only where this is root may they pass through it, not look around: PostgreSQL then runs under another account.
 */
export function makeDataDirectory(wanted: string): string {
  if (makeMissing(wanted)) chmodSync(wanted, process.getuid?.() === 0 ? 0o711 : 0o700);
  refuseForeign(wanted);
  return realpathSync(wanted);
}

/**
 * Makes a folder and those above it; says whether it was missing. One by one: Node's own `recursive` never ends where the
 * system says ENOENT about a folder whose parent is there, as it does in /proc.
 */
function makeMissing(directory: string): boolean {
  if (existsSync(directory)) return false;
  makeMissing(dirname(directory));
  try {
    mkdirSync(directory);
    return true;
  } catch (error) {
    // Somebody else made it meanwhile.
    if (existsSync(directory)) return false;
    throw new OperatorError(
      `The data folder ${directory} cannot be made (${messageOf(error)}): choose another DATA_DIR.`,
    );
  }
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
