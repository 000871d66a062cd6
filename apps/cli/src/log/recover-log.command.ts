import { LogRecovery, LogRecoveryError, type LogSituation } from '#libs/audit';
import { type Environment, loadConfiguration } from '#libs/config';
import { PRODUCT } from '#libs/modules';
import { NestFactory } from '@nestjs/core';
import { Command } from 'commander';
import { OperatorError } from '../operator-error.js';
import { explainFailure } from '../report-failure.js';
import { withOperatorsDatabase } from '../with-operators-database.js';
import { LogModule } from './log.module.js';

/**
 * `recover-log`: prints the state of the log. With a reason, it lets sealing continue although the database contradicts
 * published checkpoints. This is recorded, and refused under a name whose checkpoints contradict the database.
 */
export function recoverLogCommand(): Command {
  return new Command('recover-log')
    .description('show why sealing of the audit log has stopped and, with --reason, let it continue')
    .option('--reason <text>', 'what happened, for the audit log; without it, nothing is changed')
    .action(async ({ reason }: { reason?: string }) => {
      await withOperatorsDatabase((environment) =>
        withRecovery(environment, async (recovery) => {
          const situation = await recovery.inspect();
          console.log(describe(situation));
          if (reason === undefined || situation.contradiction === null) return;
          const { origin } = await recovery.recover(reason);
          console.log(`Recorded. Sealing continues as ${origin} within seconds.`);
        }),
      );
    });
}

async function withRecovery(
  environment: Environment,
  work: (recovery: LogRecovery) => Promise<void>,
): Promise<void> {
  const configuration = loadConfiguration(PRODUCT.sections, environment);
  const context = await explainFailure(configuration.database.url, () =>
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
    `Log: ${origin}`,
    `  sealed in this database:   ${size}`,
    `  newest stored checkpoint:  ${published ? `${published.size}, as ${published.origin}` : 'none'}`,
    `  published, by the anchor:  ${anchored ? anchored.size : 'none under this name'}`,
  ];
  if (contradiction === null) return [...lines, 'Sealing is not stopped.'].join('\n');
  const way =
    refusal ??
    'With --reason, this is recorded and sealing continues from this database. If this database is a backup, the log will contradict every checkpoint published after it: in that case use a new LOG_ORIGIN.';
  return [...lines, `Sealing has stopped: ${contradiction}`, way].join('\n');
}
