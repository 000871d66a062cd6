import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.js';

/**
 * The processes that use the PostgreSQL of one data folder: one file per process, named by its pid. Call it only while
 * holding the folder's lock. Files of dead processes are removed at the next call.
 */
export class UserRegistry {
  private readonly ownFile: string;

  constructor(private readonly directory: string) {
    this.ownFile = join(directory, `${process.pid}-${randomBytes(4).toString('hex')}`);
  }

  join(): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    writeFileSync(this.ownFile, JSON.stringify(identifyProcess(process.pid)), { mode: 0o600 });
  }

  leave(): void {
    rmSync(this.ownFile, { force: true });
  }

  /** All live processes that use the server, including this one while it is registered. */
  live(): ProcessIdentity[] {
    return readdirSync(this.directory)
      .map((name) => this.read(name))
      .filter((user) => user !== undefined);
  }

  private read(name: string): ProcessIdentity | undefined {
    const path = join(this.directory, name);
    try {
      const user = JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
      if (isRunning(user)) return user;
    } catch {
      // A truncated file belongs to a process that was killed while writing it.
    }
    rmSync(path, { force: true });
    return undefined;
  }
}
