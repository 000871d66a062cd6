import { Command } from 'commander';
import { createUserCommand } from './accounts/create-user.command.js';
import { demoAccountsCommand } from './accounts/demo-accounts.command.js';
import { inviteUserCommand } from './accounts/invite-user.command.js';
import { recoverLogCommand } from './log/recover-log.command.js';
import { migrateCommand } from './migrate.command.js';
import { reportFailure } from './report-failure.js';
import { upCommand } from './up/up.command.js';

const program = new Command('veritrail')
  .description('The operator’s tool of Veritrail')
  .addCommand(upCommand())
  .addCommand(migrateCommand())
  .addCommand(createUserCommand())
  .addCommand(inviteUserCommand())
  .addCommand(recoverLogCommand())
  .addCommand(demoAccountsCommand(), { hidden: true });

program.parseAsync().catch((error: unknown) => {
  process.exitCode = reportFailure(error);
});
