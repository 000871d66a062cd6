import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorError } from '../operator-error.js';

/** The password of the demo accounts as a person is told of it. */
export interface DemoPassword {
  readonly path: string;
  /** Set only when it was generated just now: later it is only said where it is kept. */
  readonly shown: string | undefined;
}

/** A password and whether the accounts have it already. */
export interface WantedPassword {
  readonly value: string;
  readonly generated: boolean;
  readonly inEffect: boolean;
}

/** The file that keeps the demo accounts' password readable for its owner alone, so that it can be looked up. */
export class DemoPasswordFile {
  readonly path: string;

  constructor(dataDir: string) {
    this.path = join(dataDir, 'demo-password');
  }

  /** The one given, else the one kept, else a new one. Refuses a given one that could not be pasted into a command. */
  wanted(given: string | undefined): WantedPassword {
    const kept = existsSync(this.path) ? readFileSync(this.path, 'utf8') : undefined;
    if (given === undefined) {
      const value = kept ?? randomBytes(12).toString('base64url');
      return { value, generated: kept === undefined, inEffect: kept !== undefined };
    }
    if (!/^[ !#-[\]-~]+$/.test(given)) {
      throw new OperatorError(
        'DEMO_PASSWORD may hold printable ASCII only, without " and \\: it is pasted into commands',
      );
    }
    return { value: given, generated: false, inEffect: kept === given };
  }

  /** Keeps the password that the accounts have from now on. */
  keep(value: string): void {
    writeFileSync(`${this.path}.new`, value, { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
  }
}
