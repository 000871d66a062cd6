import { type Environment, processEnvironment } from '#libs/config';
import { EmbeddedPostgres } from './embedded-postgres/index.js';
import { migrate } from './migrate.command.js';
import { apiEnvironment, readPlan } from './up/up-plan.js';

/**
 * Runs `work` on the database that `up` uses: outside production without DATABASE_URL, the embedded one, which is started
 * for this time unless it is running.
 */
export async function withOperatorsDatabase(
  work: (environment: Environment) => Promise<void>,
): Promise<void> {
  const plan = readPlan(processEnvironment());
  const environment = await apiEnvironment(plan);
  if (!plan.embedded) return work(environment);
  const postgres = new EmbeddedPostgres({ dataDir: plan.dataDir, report: (line) => console.log(line) });
  const { databaseUrl, migrationDatabaseUrl, workerDatabaseUrl } = await postgres.start();
  try {
    await migrate(migrationDatabaseUrl);
    await work({ ...environment, DATABASE_URL: databaseUrl, WORKER_DATABASE_URL: workerDatabaseUrl });
  } finally {
    await postgres.stop();
  }
}
