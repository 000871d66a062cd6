import { Command, Option } from 'commander';
import { answer } from '../answer.js';
import { withLogOptions } from '../log/log-options.js';
import { type Surroundings } from '../surroundings.js';
import { type ReconcileOptions } from './reconcile.js';

/** `reconcile`: what the log says, against what the tables hold. */
export function reconcileCommand(surroundings: Surroundings): Command {
  return withLogOptions(new Command('reconcile'))
    .description('check the log, replay it, and compare documents, decisions and users with the tables')
    .addOption(
      new Option('--database-url <url>', 'the database; a login that may read is enough')
        .env('DATABASE_URL')
        .makeOptionMandatory(),
    )
    .option('--log <place>', 'a served log or a folder of tiles, instead of the log in the database')
    .action(async (options: ReconcileOptions) => {
      surroundings.exitCode = await answer(async () => {
        // Asked for only here: whoever checks a log need not wait for what reads tables.
        const { reconcile } = await import('./reconcile.js');
        return reconcile(options);
      }, surroundings.output);
    });
}
