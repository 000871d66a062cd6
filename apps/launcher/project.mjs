import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A file the launcher keeps for itself between runs. */
export function launcherFile(name) {
  const directory = join(ROOT, '.launcher');
  mkdirSync(directory, { recursive: true });
  return join(directory, name);
}

/** A failure that a person can put right: its message is shown without a stack. */
export class LaunchError extends Error {
  expected = true;

  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Tells what is going on. Standard error, so that the output of the command itself stays clean. */
export function say(line) {
  process.stderr.write(`veritrail: ${line}\n`);
}
