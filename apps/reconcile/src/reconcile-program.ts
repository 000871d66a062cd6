import { Command, Option } from 'commander';
import { type Output, ProgramRun, withLogOptions } from '#libs/log-check';
import { reconcile, type ReconcileOptions } from './reconcile.js';

/** Runs the program. Resolves with 0 (sound), 1 (broken) or 2 (could not check). */
export async function runReconcile(args: readonly string[], output: Output): Promise<number> {
  const run = new ProgramRun(output);
  const program = withLogOptions(new Command('reconcile'))
    .description(
      'Verifies the audit log, replays it and compares the result with documents, decisions and users in the database. ' +
        'Exit codes: 0 sound, 1 broken, 2 could not check.',
    )
    .addOption(
      new Option('--database-url <url>', 'the database; read access is enough')
        .env('DATABASE_URL')
        .makeOptionMandatory(),
    )
    .option('--log <place>', 'a served log or a folder of tiles, instead of the log in the database')
    .action(async (options: ReconcileOptions) => run.check(async () => reconcile(options)));
  return run.start(program, args);
}
