import { LogRecovery, LogRecoveryError, type LogSituation } from '#libs/audit';
import { type Environment, loadConfiguration } from '#libs/config';
import { NestFactory } from '@nestjs/core';
import { Command } from 'commander';
import { OperatorError } from '../operator-error.js';
import { explained } from '../report-failure.js';
import { withOperatorsDatabase } from '../with-operators-database.js';
import { LogModule } from './log.module.js';

/**
 * `recover-log`: says how the log stands, and with a reason lets sealing go on after the database and what was published
 * have parted. What is done is in the audit log, and nothing is done under a name that has already said something else.
 */
export function recoverLogCommand(): Command {
  return new Command('recover-log')
    .description('say why sealing of the audit log has stopped and, with a reason, let it go on')
    .option('--reason <text>', 'what happened, for the audit log; without it nothing is changed')
    .action(async ({ reason }: { reason?: string }) => {
      await withOperatorsDatabase((environment) =>
        withRecovery(environment, async (recovery) => {
          const situation = await recovery.inspect();
          console.log(describe(situation));
          if (reason === undefined || situation.contradiction === null) return;
          const { origin } = await recovery.recover(reason);
          console.log(`Recorded. Sealing goes on as ${origin} within seconds.`);
        }),
      );
    });
}

async function withRecovery(
  environment: Environment,
  work: (recovery: LogRecovery) => Promise<void>,
): Promise<void> {
  const configuration = loadConfiguration(environment);
  const context = await explained(configuration.database.url, () =>
    NestFactory.createApplicationContext(LogModule.forProcess(configuration), {
      logger: ['fatal'],
      abortOnError: false,
    }),
  );
  try {
    await work(context.get(LogRecovery, { strict: false }));
  } catch (error) {
    throw error instanceof LogRecoveryError ? new OperatorError(error.message) : error;
  } finally {
    await context.close();
  }
}

function describe({ origin, size, published, anchored, contradiction, refusal }: LogSituation): string {
  const lines = [
    `The log ${origin}`,
    `  sealed in this database:   ${size}`,
    `  newest stored checkpoint:  ${published ? `${published.size}, as ${published.origin}` : 'none'}`,
    `  published, by the anchor:  ${anchored ? anchored.size : 'nothing under this name'}`,
  ];
  if (contradiction === null) return [...lines, 'Nothing stands still.'].join('\n');
  const way =
    refusal ??
    'With --reason, this is recorded and sealing goes on from here. If this database is a backup, every checkpoint that was published after it will be contradicted: use another LOG_ORIGIN then.';
  return [...lines, `Sealing stands still: ${contradiction}`, way].join('\n');
}
