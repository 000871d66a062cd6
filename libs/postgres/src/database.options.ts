import { Socket } from 'node:net';
import { type Client } from 'pg';
import { type DataSourceOptions } from 'typeorm';
import { type Configuration } from '#libs/config';

/**
 * The connections of application processes: pooled, with time limits, under a role that cannot change append-only
 * tables.
 */
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
    // An idle connection that ends is replaced when it is needed.
    poolErrorHandler: () => undefined,
    // The server enforces these limits per connection, so that no query outlives its caller.
    extra: {
      max: database.poolSize,
      connectionTimeoutMillis: database.connectTimeoutMs,
      statement_timeout: database.statementTimeoutMs,
      lock_timeout: database.lockTimeoutMs,
      idle_in_transaction_session_timeout: 2 * database.statementTimeoutMs,
      keepAlive: true,
      stream: () => socketWithTimeout(database.statementTimeoutMs + database.connectTimeoutMs),
      onConnect: ignoreConnectionErrors,
      // Statements are sent without waiting for the response to the previous one.
      pipeline: true,
      // Omitted without a role, for example behind a pooler that refuses startup options.
      ...(database.role === '' ? {} : { options: `-c role=${database.role} -c timezone=UTC` }),
    },
  };
}

/**
 * The pool removes its error listener when it lends a connection, and the borrower adds its own slightly later. An end
 * of the session in the same packet as the previous response arrives in between, and an unhandled error would end the
 * process. The next statement fails, and the pool drops the connection.
 */
function ignoreConnectionErrors(client: Client): void {
  client.on('error', () => undefined);
}

/**
 * Closes a connection on which nothing happens for `ms`: PostgreSQL would have responded with its own timeout, unless the
 * network dropped the response. Idle connections are closed as well. The driver's `query_timeout` is not used: it needs a
 * timer for each statement, which V8 keeps, with everything that it refers to, until a full collection.
 */
export function socketWithTimeout(ms: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(ms, () => socket.destroy(new Error('PostgreSQL did not answer in time')));
}
