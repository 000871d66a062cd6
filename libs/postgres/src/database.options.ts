import { type Client } from 'pg';
import { type DataSourceOptions } from 'typeorm';
import { type Configuration } from '#libs/config';

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
      // The server's own timeout is not heard when the network swallows its answer.
      query_timeout: database.statementTimeoutMs + database.connectTimeoutMs,
      onConnect: ignoreConnectionErrors,
      // Statements leave at once instead of waiting for the answer to the one before.
      pipeline: true,
      // Poolers have no role to assume.
      ...(database.role === '' ? {} : { options: `-c role=${database.role} -c timezone=UTC` }),
    },
  };
}

/**
 * The pool stops listening to a connection when it hands it out, and whoever gets it listens only a moment later. When the
 * end of the session is in the same packet as the answer before, it comes in that moment: an error that nobody hears ends
 * the process. The next statement on the connection fails, and the pool keeps it no longer.
 */
function ignoreConnectionErrors(client: Client): void {
  client.on('error', () => undefined);
}
