import { Command } from 'commander';
import { EXIT_CANNOT_CHECK, tellFailure } from './answer.js';
import { bundleCommand } from './evidence/bundle.command.js';
import { logCommand } from './log/log.command.js';
import { receiptCommand } from './receipt/receipt.command.js';
import { reconcileCommand } from './reconcile/reconcile.command.js';
import { type Surroundings } from './surroundings.js';

/** Runs the program with these arguments. Resolves with 0 when all is sound, 1 when not, 2 when it could not be checked. */
export async function runVerifier(
  args: readonly string[],
  around: Omit<Surroundings, 'exitCode'>,
): Promise<number> {
  const surroundings: Surroundings = { ...around, exitCode: EXIT_CANNOT_CHECK };
  const { output } = around;
  const program = new Command('audit-verifier')
    .description(
      'Checks a Veritrail audit log without believing it. Exits 0: sound, 1: broken, 2: could not check.',
    )
    .addCommand(logCommand(surroundings))
    .addCommand(bundleCommand(surroundings))
    .addCommand(receiptCommand(surroundings))
    .addCommand(reconcileCommand(surroundings));
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.error(text.trimEnd()),
    });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return surroundings.exitCode;
  } catch (error) {
    return tellFailure(error, output);
  }
}
