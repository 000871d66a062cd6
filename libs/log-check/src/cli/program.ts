import { type Command } from 'commander';
import { type Verdict } from '../findings/findings.js';
import { EXIT_CANNOT_CHECK, type Output, report, reportFailure } from './report.js';

/** One run of a program: where it writes, and the exit code so far. */
export class ProgramRun {
  private exitCode = EXIT_CANNOT_CHECK;

  constructor(private readonly output: Output) {}

  /** Runs the check of a command. */
  async check(check: () => Promise<Verdict>): Promise<void> {
    this.exitCode = await report(check, this.output);
  }

  /** Parses the arguments and runs the command. Resolves with 0 (sound), 1 (broken) or 2 (could not check). */
  async start(program: Command, args: readonly string[]): Promise<number> {
    for (const command of [program, ...program.commands]) {
      command.exitOverride().configureOutput({
        writeOut: (text) => this.output.out(text.trimEnd()),
        writeErr: (text) => this.output.error(text.trimEnd()),
      });
    }
    try {
      await program.parseAsync(args, { from: 'user' });
      return this.exitCode;
    } catch (error) {
      return reportFailure(error, this.output);
    }
  }
}

/** Writes to the standard streams of this process. */
export const processOutput: Output = {
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
};
