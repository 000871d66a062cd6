import { type Role, ROLES } from '#libs/kernel';
import { CreateUserDto } from '#libs/users';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { Command } from 'commander';
import { OperatorError } from '../operator-error.js';
import { showInvitation } from './show-invitation.js';
import { withOperatorsAccounts } from './with-operators-accounts.js';

interface CreateUserOptions {
  readonly email: string;
  readonly name: string;
  readonly role: string[];
}

/**
 * `create-user`: creates an account, such as the first one of an installation, and prints a one-time invitation with which
 * its owner sets the password.
 */
export function createUserCommand(): Command {
  return new Command('create-user')
    .description('create an account and print a one-time invitation to set its password')
    .requiredOption('--email <address>', 'e-mail address for sign-in')
    .requiredOption('--name <name>', 'display name')
    .requiredOption('--role <roles...>', `one or more of ${ROLES.join(', ')}`)
    .action(async (options: CreateUserOptions) => {
      const person = await checked(options);
      await withOperatorsAccounts(async (accounts, environment) => {
        const user = await accounts.create(person);
        console.log(`Created ${user.email} (${user.roles.join(', ')}), id ${user.id}`);
        showInvitation(await accounts.invite(user.id), environment);
      });
    });
}

const OPTIONS: Readonly<Record<string, string>> = {
  email: '--email',
  displayName: '--name',
  roles: '--role',
};

async function checked({ email, name, role }: CreateUserOptions) {
  const wanted = plainToInstance(CreateUserDto, { email, displayName: name, roles: role as Role[] });
  const findings = await validate(wanted);
  const problems = findings.map(
    ({ property, constraints = {} }) => `${OPTIONS[property] ?? property} ${Object.values(constraints)[0]}`,
  );
  if (problems.length > 0) throw new OperatorError(problems.join('; '));
  return { email: wanted.email, displayName: wanted.displayName, roles: wanted.roles };
}
