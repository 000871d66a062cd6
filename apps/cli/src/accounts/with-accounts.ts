import { type Environment, loadConfiguration } from '#libs/config';
import { PRODUCT } from '#libs/modules';
import { NestFactory } from '@nestjs/core';
import { explainFailure } from '../report-failure.js';
import { AccountOperations } from './account-operations.js';
import { AccountsModule } from './accounts.module.js';

/** Runs `work` with the services of the API on the configured database, and closes them afterwards. */
export async function withAccounts<T>(
  environment: Environment,
  work: (accounts: AccountOperations) => Promise<T>,
): Promise<T> {
  const configuration = loadConfiguration(PRODUCT.sections, environment);
  const context = await explainFailure(configuration.database.url, () =>
    NestFactory.createApplicationContext(AccountsModule.forProcess(configuration), {
      logger: ['fatal'],
      abortOnError: false,
    }),
  );
  try {
    return await work(new AccountOperations(context));
  } finally {
    await context.close();
  }
}
