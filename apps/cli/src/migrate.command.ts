import { loadDatabaseUrls } from '#libs/config';
import { Command } from 'commander';
import { explainFailure } from './report-failure.js';

/** `migrate`: applies pending migrations. Safe to repeat or to run in parallel. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('apply pending migrations to MIGRATION_DATABASE_URL or DATABASE_URL')
    .action(async () => {
      const applied = await migrate(loadDatabaseUrls().migrationUrl);
      for (const name of applied) console.log(`applied ${name}`);
      if (applied.length === 0) console.log('The database is up to date.');
    });
}

/** Returns the names of the applied migrations. Throws `OperatorError` when the database cannot be used. */
export async function migrate(url: string): Promise<string[]> {
  const { runMigrations } = await import('#migrations');
  return explainFailure(url, () => runMigrations(url));
}
