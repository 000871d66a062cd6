import { Command } from 'commander';
import { OperatorError } from '../operator-error.js';
import { showInvitation } from './show-invitation.js';
import { withOperatorsAccounts } from './with-operators-accounts.js';

/** `invite-user`: prints a new invitation for an account whose invitation expired or whose password was lost. */
export function inviteUserCommand(): Command {
  return new Command('invite-user')
    .description('print a new one-time invitation to set the password of an existing account')
    .requiredOption('--email <address>', 'e-mail address of the account')
    .action(async ({ email }: { email: string }) => {
      await withOperatorsAccounts(async (accounts, environment) => {
        const user = await accounts.findByEmail(email);
        if (user === null) throw new OperatorError(`There is no account with the address ${email}`);
        showInvitation(await accounts.invite(user.id), environment);
      });
    });
}
