import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { type Placement } from './placement.js';
import { runProgram } from './run-program.js';

export const SUPERUSER = 'postgres';

/**
 * Creates the data directory, complete or not at all: `initdb` works in a temporary folder, which is then renamed, so a
 * killed process leaves no partial data. Does nothing if the directory exists.
 */
export async function initialise(
  placement: Placement,
  superuserPassword: string,
  durable: boolean,
): Promise<void> {
  const { account, binaries, dataDirectory } = placement;
  if (existsSync(dataDirectory)) return refuseOtherVersion(placement);
  const draft = `${dataDirectory}.initdb`;
  const passwordFile = join(dirname(dataDirectory), 'postgres.initdb-password');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  // Created empty and with mode 0600 before the password is written.
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, '', { mode: 0o600, flag: 'wx' });
  if (account !== undefined)
    [draft, passwordFile].forEach((path) => chownSync(path, account.uid, account.gid));
  chmodSync(draft, 0o700);
  writeFileSync(passwordFile, superuserPassword);
  const options = [
    `--pgdata=${draft}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
  ];
  options.push(
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  );
  if (!durable) options.push('--no-sync');
  const { exitCode, output } = await runProgram(binaries.initdb, options, account);
  rmSync(passwordFile, { force: true });
  if (exitCode !== 0) {
    rmSync(draft, { recursive: true, force: true });
    const reason = `initdb could not create ${dataDirectory} (exit code ${String(exitCode)})`;
    throw new EmbeddedPostgresError('INITDB_FAILED', reason, output);
  }
  renameSync(draft, dataDirectory);
}

function refuseOtherVersion({ binaries, dataDirectory }: Placement): void {
  const version = readFileSync(join(dataDirectory, 'PG_VERSION'), 'utf8').trim();
  if (version === binaries.majorVersion) return;
  throw new EmbeddedPostgresError(
    'VERSION_MISMATCH',
    `${dataDirectory} was written by PostgreSQL ${version}, but this is PostgreSQL ${binaries.version}: ` +
      'dump it with the old version and restore it into a new data folder.',
  );
}
