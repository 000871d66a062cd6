import { Command } from 'commander';
import { type Output, ProgramRun } from '#libs/log-check';
import { bundleCommand } from './evidence/bundle.command.js';
import { logCommand } from './log/log.command.js';
import { receiptCommand } from './receipt/receipt.command.js';

export interface VerifierContext {
  readonly output: Output;
  /** The program of a checking thread; null to check everything in this thread. */
  readonly rangeWorker: URL | null;
}

/** Runs the program. Resolves with 0 (sound), 1 (broken) or 2 (could not check). */
export async function runVerifier(
  args: readonly string[],
  { output, rangeWorker }: VerifierContext,
): Promise<number> {
  const run = new ProgramRun(output);
  const program = new Command('audit-verifier')
    .description(
      'Verifies a Veritrail audit log without trusting the server. Exit codes: 0 sound, 1 broken, 2 could not check.',
    )
    .addCommand(logCommand(run, rangeWorker))
    .addCommand(bundleCommand(run))
    .addCommand(receiptCommand(run));
  return run.start(program, args);
}
