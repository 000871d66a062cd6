import { CommanderError } from 'commander';
import { Broken, CannotCheck, type Verdict } from '../findings/findings.js';

export const EXIT_SOUND = 0;
export const EXIT_BROKEN = 1;
export const EXIT_CANNOT_CHECK = 2;

/** Where a program writes its lines. */
export interface Output {
  out(line: string): void;
  error(line: string): void;
}

/** Runs a check, writes its result and returns the exit code. */
export async function report(check: () => Promise<Verdict>, output: Output): Promise<number> {
  try {
    const { findings, summary } = await check();
    for (const { where, why } of findings) output.error(`BROKEN ${where}: ${why}`);
    for (const line of summary) output.out(line);
    output.out(findings.length === 0 ? 'sound' : `broken: ${findings.length} finding(s)`);
    return findings.length === 0 ? EXIT_SOUND : EXIT_BROKEN;
  } catch (error) {
    return reportFailure(error, output);
  }
}

/** Writes why a check failed and returns the exit code. */
export function reportFailure(error: unknown, output: Output): number {
  if (error instanceof Broken) {
    output.error(`BROKEN ${error.message}`);
    return EXIT_BROKEN;
  }
  // Commander has written its own message. Help and version are not failures.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_SOUND : EXIT_CANNOT_CHECK;
  const isExpected = error instanceof CannotCheck || (error instanceof Error && 'syscall' in error);
  const text =
    error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error);
  output.error(`COULD NOT CHECK: ${text}`);
  return EXIT_CANNOT_CHECK;
}
