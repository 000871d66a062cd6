import { CommanderError } from 'commander';
import { Broken, CannotCheck, type Verdict } from './findings.js';

export const EXIT_SOUND = 0;
export const EXIT_BROKEN = 1;
export const EXIT_CANNOT_CHECK = 2;

/** Where the program writes to. */
export interface Output {
  out(line: string): void;
  error(line: string): void;
}

/** Runs a check and tells what came of it. Whatever happens has one of three exit codes, and a line that says why. */
export async function answer(check: () => Promise<Verdict>, output: Output): Promise<number> {
  try {
    const { findings, summary } = await check();
    for (const { where, why } of findings) output.error(`BROKEN ${where}: ${why}`);
    for (const line of summary) output.out(line);
    output.out(findings.length === 0 ? 'sound' : `broken: ${findings.length} finding(s)`);
    return findings.length === 0 ? EXIT_SOUND : EXIT_BROKEN;
  } catch (error) {
    return tellFailure(error, output);
  }
}

/** The exit code of a failure, after it was told. */
export function tellFailure(error: unknown, output: Output): number {
  if (error instanceof Broken) {
    output.error(`BROKEN ${error.message}`);
    return EXIT_BROKEN;
  }
  // The parser of the command line has told it; help and version are no failures.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_SOUND : EXIT_CANNOT_CHECK;
  const known = error instanceof CannotCheck || (error instanceof Error && 'syscall' in error);
  const text =
    error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error);
  output.error(`COULD NOT CHECK: ${text}`);
  return EXIT_CANNOT_CHECK;
}
