import { processEnvironment } from '#libs/config';
import { Command } from 'commander';
import { Installation } from './installation.js';
import { StopRequest } from './stop-request.js';
import { readPlan } from './up-plan.js';

/** `up`: the all of Veritrail on one machine, until a signal stops it. */
export function upCommand(): Command {
  return new Command('up')
    .description('start everything on this machine, with a PostgreSQL of its own unless DATABASE_URL is set')
    .option('--exit-with-parent', 'stop in order when the process that started this one is gone')
    .action(async ({ exitWithParent = false }: { exitWithParent?: boolean }) => {
      const request = new StopRequest(exitWithParent);
      process.exitCode = await new Installation(readPlan(processEnvironment()), request).run();
      // Listening for signals would keep a process alive that has nothing left to do.
      process.exit();
    });
}
