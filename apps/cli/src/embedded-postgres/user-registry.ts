import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.js';

/**
 * Who uses the PostgreSQL of one data folder: one file per user, named by the pid of its process. Call it only while
 * holding the folder's lock. Users whose process died without leaving are forgotten on the next look.
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

  /** The processes of all live users, this one included while it has joined. */
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
      // A file cut short by a kill names nobody who could still be running its start.
    }
    rmSync(path, { force: true });
    return undefined;
  }
}
