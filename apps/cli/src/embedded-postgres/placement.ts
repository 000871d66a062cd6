import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { AccessFile, type AccessRecord } from './access-file.js';
import { PostgresBinaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { canEnter, canUse, chooseServerAccount, type ServerAccount } from './server-account.js';

/** The paths of PostgreSQL's programs and data, and its account. */
export interface Placement {
  readonly binaries: PostgresBinaries;
  readonly dataDirectory: string;
  readonly account: ServerAccount | undefined;
}

export interface PlacementRequest {
  readonly dataDir: string;
  readonly access: AccessFile;
  readonly binaries: PostgresBinaries;
  /** The folder for programs and data that the server's account cannot reach elsewhere. */
  readonly fallbackRoot: string;
  readonly report: (line: string) => void;
}

/**
 * Chooses the paths of data and programs. If this process is root and PostgreSQL's account cannot reach them, copies of the
 * programs and new data are stored below `fallbackRoot`, and one line reports it. Existing data is never moved or copied.
 * Call it only while holding the folder's lock.
 */
export function choosePlacement(request: PlacementRequest, record: AccessRecord): Placement {
  const dataDirectory = chooseDataDirectory(request, record);
  const account = chooseServerAccount(existsSync(dataDirectory) ? dataDirectory : undefined);
  if (account === undefined || programsAreReachable(account, request.binaries)) {
    return { binaries: request.binaries, dataDirectory, account };
  }
  return { binaries: copyOfPrograms(request), dataDirectory, account };
}

function chooseDataDirectory(
  { dataDir, access, fallbackRoot, report }: PlacementRequest,
  record: AccessRecord,
): string {
  if (record.relocatedTo !== undefined) return claimRelocated(record.relocatedTo, access.path);
  const usual = join(dataDir, 'postgres');
  const account = chooseServerAccount(existsSync(usual) ? usual : undefined);
  if (account === undefined || canEnter(account, dataDir)) return usual;
  if (existsSync(usual) || record.initialised) {
    throw new EmbeddedPostgresError(
      'DATA_NOT_OURS',
      `PostgreSQL runs as uid ${account.uid} here and cannot enter ${dataDir}: ` +
        'allow it to traverse the parent folders (chmod o+x), or start as the owner of the data.',
    );
  }
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const home = join(fallbackRoot, `${name}-${randomBytes(3).toString('hex')}`);
  mkdirSync(home, { recursive: true });
  [fallbackRoot, home].forEach((directory) => chmodSync(directory, 0o755));
  writeFileSync(join(home, 'belongs-to'), access.path);
  const relocatedTo = join(home, 'postgres');
  access.write({ ...record, relocatedTo });
  report(
    `PostgreSQL cannot run as root and its account cannot enter ${dataDir}: the data is stored in ${relocatedTo}`,
  );
  return relocatedTo;
}

/** A copied project folder must not open the data of the original; a moved folder takes the data over. */
function claimRelocated(relocatedTo: string, accessPath: string): string {
  const note = join(relocatedTo, '..', 'belongs-to');
  const owner = existsSync(note) ? readFileSync(note, 'utf8') : accessPath;
  if (owner !== accessPath && existsSync(owner)) {
    throw new EmbeddedPostgresError(
      'DATA_BELONGS_ELSEWHERE',
      `The database in ${relocatedTo} belongs to ${owner}: remove the copied ${accessPath} to start with an empty database.`,
    );
  }
  if (owner !== accessPath) writeFileSync(note, accessPath);
  return relocatedTo;
}

function programsAreReachable(account: ServerAccount, { root, postgres }: PostgresBinaries): boolean {
  const libraries = join(root, 'lib');
  // It is sufficient to check one library: npm wrote all with the same umask.
  const [library] = readdirSync(libraries);
  if (library !== undefined && !canUse(account, join(libraries, library), 'read')) return false;
  return [postgres, libraries, join(root, 'share')].every((path) => canUse(account, path, 'run'));
}

function copyOfPrograms({ binaries, fallbackRoot, report }: PlacementRequest): PostgresBinaries {
  const copy = new PostgresBinaries(join(fallbackRoot, `postgresql-${binaries.version}`), binaries.version);
  if (existsSync(copy.root)) return copy;
  report(
    `PostgreSQL cannot run as root and its account cannot reach ${binaries.root}: running a copy in ${copy.root}`,
  );
  mkdirSync(fallbackRoot, { recursive: true });
  chmodSync(fallbackRoot, 0o755);
  const draft = `${copy.root}.${process.pid}`;
  cpSync(binaries.root, draft, { recursive: true, verbatimSymlinks: true });
  makeWorldReadable(draft);
  try {
    renameSync(draft, copy.root);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(copy.root)) throw error;
  }
  return copy;
}

function makeWorldReadable(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) makeWorldReadable(path);
    else if (entry.isFile()) chmodSync(path, (statSync(path).mode & 0o111) === 0 ? 0o644 : 0o755);
  }
}
