import { processEnvironment } from '#libs/config';
import { Command } from 'commander';
import { OperatorError } from '../operator-error.js';
import { DEMO_ACCOUNTS } from './demo-accounts.js';
import { withAccounts } from './with-accounts.js';

/** `demo-accounts`: run by `up`. Creates missing accounts; `--reset` sets the password of existing ones too. */
export function demoAccountsCommand(): Command {
  return new Command('demo-accounts')
    .description(
      'create the five demo accounts with the password in DEMO_PASSWORD; not available in production',
    )
    .option('--reset', 'also set this password for existing demo accounts')
    .action(async ({ reset = false }: { reset?: boolean }) => {
      const environment = processEnvironment();
      const password = environment['DEMO_PASSWORD'] ?? '';
      if (environment['NODE_ENV'] === 'production' || password === '') {
        throw new OperatorError('demo-accounts needs DEMO_PASSWORD and does not run in production');
      }
      await withAccounts(environment, async (accounts) => {
        for (const person of DEMO_ACCOUNTS) {
          const existing = await accounts.findByEmail(person.email);
          if (existing !== null && !reset) continue;
          await accounts.setDemoPassword(existing ?? (await accounts.create(person)), password);
        }
      });
    });
}
