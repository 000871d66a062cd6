import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorError } from '../operator-error.js';

/** The password of the demo accounts, as the greeting shows it. */
export interface DemoPassword {
  readonly path: string;
  /** Set only when it was just generated; later starts show only the path. */
  readonly shown: string | undefined;
}

/** A password, and whether the accounts already have it. */
export interface WantedPassword {
  readonly value: string;
  readonly generated: boolean;
  readonly inEffect: boolean;
}

/** The file with the demo accounts' password, readable only by its owner. */
export class DemoPasswordFile {
  readonly path: string;

  constructor(dataDir: string) {
    this.path = join(dataDir, 'demo-password');
  }

  /** The given password, else the stored one, else a new one. Refuses a given one that cannot be pasted into a command. */
  wanted(given: string | undefined): WantedPassword {
    const kept = existsSync(this.path) ? readFileSync(this.path, 'utf8') : undefined;
    if (given === undefined) {
      const value = kept ?? randomBytes(12).toString('base64url');
      return { value, generated: kept === undefined, inEffect: kept !== undefined };
    }
    if (!/^[ !#-[\]-~]+$/.test(given)) {
      throw new OperatorError(
        'DEMO_PASSWORD may contain only printable ASCII, without " and \\, because it is pasted into commands',
      );
    }
    return { value: given, generated: false, inEffect: kept === given };
  }

  /** Stores the current password of the accounts. */
  keep(value: string): void {
    writeFileSync(`${this.path}.new`, value, { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
  }
}
