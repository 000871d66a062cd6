import { type Environment } from '#libs/config';
import { withOperatorsDatabase } from '../with-operators-database.js';
import { type AccountOperations } from './account-operations.js';
import { withAccounts } from './with-accounts.js';

/** Like `withAccounts`, over the database that `up` would use. */
export async function withOperatorsAccounts(
  work: (accounts: AccountOperations, environment: Environment) => Promise<void>,
): Promise<void> {
  await withOperatorsDatabase((environment) =>
    withAccounts(environment, (accounts) => work(accounts, environment)),
  );
}
