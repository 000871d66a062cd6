import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** The account for PostgreSQL when this process is root: PostgreSQL refuses to run as root. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account to switch to: the owner of existing data, else `nobody`. `undefined` when this process is an ordinary
 * user and PostgreSQL simply runs as that user.
 */
export function chooseServerAccount(existingData: string | undefined): ServerAccount | undefined {
  if (process.getuid === undefined || process.getuid() !== 0) return undefined;
  if (existingData !== undefined) {
    const { uid, gid } = statSync(existingData);
    if (uid !== 0) return { uid, gid };
  }
  return nobody();
}

/** Whether the account may enter `directory` and every directory above it. */
export function canEnter(account: ServerAccount, directory: string): boolean {
  for (let current = directory; ; current = dirname(current)) {
    if (!hasPermissions(account, current, 0o1)) return false;
    if (dirname(current) === current) return true;
  }
}

/** Whether the account may read `path`; `run` also checks execution of programs and listing of directories. */
export function canUse(account: ServerAccount, path: string, use: 'read' | 'run'): boolean {
  return hasPermissions(account, path, use === 'run' ? 0o5 : 0o4) && canEnter(account, dirname(path));
}

function hasPermissions(account: ServerAccount, path: string, wanted: number): boolean {
  const { mode, uid, gid } = statSync(path);
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
  return ((mode >> shift) & wanted) === wanted;
}

function nobody(): ServerAccount {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined || Number(uid) === 0) {
    throw new EmbeddedPostgresError(
      'NO_SERVER_ACCOUNT',
      // plain-english-ok: the account
      'PostgreSQL refuses to run as root and /etc/passwd has no account "nobody" to run it under: ' +
        'start as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
    );
  }
  // macOS writes the uid of `nobody` as -2; the kernel expects the same bits without a sign.
  return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
}
