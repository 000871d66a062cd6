import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { messageOf } from './system-error.js';

/** What one embedded PostgreSQL keeps between runs. */
export interface AccessRecord {
  readonly initialised: boolean;
  readonly port?: number;
  /** The path of the data if it could not stay inside the data folder. */
  readonly relocatedTo?: string;
  readonly superuserPassword: string;
  readonly ownerPassword: string;
  readonly applicationPassword: string;
  readonly workerPassword: string;
}

/** The file with the passwords and the port, beside the data; readable only by its owner (mode 0600). */
export class AccessFile {
  constructor(readonly path: string) {}

  exists(): boolean {
    return existsSync(this.path);
  }

  /** Refuses with `PASSWORD_FILE_UNREADABLE` when the file cannot be read or has an unexpected form. */
  read(): AccessRecord {
    try {
      const record = JSON.parse(readFileSync(this.path, 'utf8')) as AccessRecord & {
        workerPassword?: string;
      };
      for (const key of ['superuserPassword', 'ownerPassword', 'applicationPassword'] as const) {
        if (typeof record[key] !== 'string') throw new Error(`${key} is missing`);
      }
      // The file of an earlier release has none; the bootstrap creates the login with it.
      return record.workerPassword === undefined
        ? this.write({ ...record, workerPassword: newPassword() })
        : record;
    } catch (error) {
      throw new EmbeddedPostgresError(
        'PASSWORD_FILE_UNREADABLE',
        `The passwords of the embedded PostgreSQL cannot be read from ${this.path}: ${messageOf(error)}`,
      );
    }
  }

  /** Creates and stores a record with random passwords. */
  create(): AccessRecord {
    return this.write({
      initialised: false,
      superuserPassword: newPassword(),
      ownerPassword: newPassword(),
      applicationPassword: newPassword(),
      workerPassword: newPassword(),
    });
  }

  /** Replaces the whole file in one step: a crash leaves the old record or the new one. */
  write(record: AccessRecord): AccessRecord {
    const draft = `${this.path}.new`;
    const file = openSync(draft, 'w', 0o600);
    try {
      writeSync(file, `${JSON.stringify(record, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, this.path);
    return record;
  }
}

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}
