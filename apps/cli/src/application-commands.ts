import { type Command } from 'commander';
import { createUserCommand } from './accounts/create-user.command.js';
import { demoAccountsCommand } from './accounts/demo-accounts.command.js';
import { inviteUserCommand } from './accounts/invite-user.command.js';
import { recoverLogCommand } from './log/recover-log.command.js';

/** The commands that use the services of the API; loaded by `main.ts` only when needed. */
export function applicationCommands(): readonly { command: Command; hidden: boolean }[] {
  return [
    { command: createUserCommand(), hidden: false },
    { command: inviteUserCommand(), hidden: false },
    { command: recoverLogCommand(), hidden: false },
    { command: demoAccountsCommand(), hidden: true },
  ];
}
