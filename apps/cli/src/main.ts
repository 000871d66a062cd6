import { Command } from 'commander';
import { migrateCommand } from './migrate.command.js';
import { reportFailure } from './report-failure.js';
import { upCommand } from './up/up.command.js';

const program = new Command('veritrail')
  .description('Commands for operators of Veritrail')
  .addCommand(upCommand())
  .addCommand(migrateCommand());

// The other commands load the whole application, which takes a second; `up` does not wait for it.
if (!['up', 'migrate'].includes(process.argv[2] ?? '')) {
  const { applicationCommands } = await import('./application-commands.js');
  for (const { command, hidden } of applicationCommands()) program.addCommand(command, { hidden });
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = await reportFailure(error);
}
