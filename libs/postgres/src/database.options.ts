import { type Client } from 'pg';
import { type DataSourceOptions } from 'typeorm';
import { type Configuration } from '#libs/config';
import { demandAnswers } from './answer-watch.js';

/** What a session is from its beginning on: the isolation too, so that no transaction needs a BEGIN to say it. */
const SESSION = '-c timezone=UTC -c default_transaction_isolation=read\\ committed';

/** Whether a session is what `databaseOptions` demands of it: not through poolers, which have no role to assume. */
export function choosesItsSettings({ database }: Pick<Configuration, 'database'>): boolean {
  return database.role !== '';
}

/** How application processes connect: pooled, bounded in time, under the role that cannot touch what is append-only. */
export function databaseOptions(
  { database }: Pick<Configuration, 'database'>,
  applicationName: string,
): DataSourceOptions {
  return {
    type: 'postgres',
    url: database.url,
    applicationName,
    synchronize: false,
    migrationsRun: false,
    // Set per connection by the server itself, so that not even a forgotten query outlives its caller.
    extra: {
      max: database.poolSize,
      connectionTimeoutMillis: database.connectTimeoutMs,
      statement_timeout: database.statementTimeoutMs,
      lock_timeout: database.lockTimeoutMs,
      idle_in_transaction_session_timeout: 2 * database.statementTimeoutMs,
      keepAlive: true,
      onConnect: (client: Client) => {
        surviveItsEnd(client);
        demandAnswers(client, database.statementTimeoutMs + database.connectTimeoutMs);
      },
      // Statements leave when they are ready, not when the one before was answered.
      pipeline: true,
      ...(choosesItsSettings({ database }) ? { options: `-c role=${database.role} ${SESSION}` } : {}),
    },
  };
}

/**
 * The pool stops listening to a connection when it hands it out, and whoever gets it listens only a moment later. When the
 * end of the session is in the same packet as the answer before, it comes in that moment: an error that nobody hears ends
 * the process. The next statement on the connection fails, and the pool keeps it no longer.
 */
function surviveItsEnd(client: Client): void {
  client.on('error', () => undefined);
}
