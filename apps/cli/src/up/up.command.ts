import { processEnvironment } from '#libs/config';
import { Command } from 'commander';
import { Installation } from './installation.js';
import { StopRequest } from './stop-request.js';
import { readPlan } from './up-plan.js';

/** `up`: runs Veritrail on one machine until a signal stops it. */
export function upCommand(): Command {
  return new Command('up')
    .description('start everything on this machine, with an embedded PostgreSQL unless DATABASE_URL is set')
    .option('--exit-with-parent', 'stop when the parent process has exited')
    .action(async ({ exitWithParent = false }: { exitWithParent?: boolean }) => {
      const request = new StopRequest(exitWithParent);
      process.exitCode = await new Installation(readPlan(processEnvironment()), request).run();
      // Signal handlers would keep the process alive.
      process.exit();
    });
}
