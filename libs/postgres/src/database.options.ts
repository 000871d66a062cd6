import { Socket } from 'node:net';
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
    // An idle connection that ends is replaced when it is needed.
    poolErrorHandler: () => undefined,
    // Set per connection by the server itself, so that not even a forgotten query outlives its caller.
    extra: {
      max: database.poolSize,
      connectionTimeoutMillis: database.connectTimeoutMs,
      statement_timeout: database.statementTimeoutMs,
      lock_timeout: database.lockTimeoutMs,
      idle_in_transaction_session_timeout: 2 * database.statementTimeoutMs,
      keepAlive: true,
      stream: () => socketWithTimeout(database.statementTimeoutMs + database.connectTimeoutMs),
      onConnect: ignoreConnectionErrors,
      // Statements leave at once instead of waiting for the answer to the one before.
      pipeline: true,
      // Poolers have no role to assume.
      ...(database.role === '' ? {} : { options: `-c role=${database.role} -c timezone=UTC` }),
    },
  };
}

/**
 * The pool removes its error listener when it hands a connection out, and the receiver adds one only a moment later. If the
 * session ends in between, an error without a listener would end the process. The next statement fails instead, and the pool
 * removes the connection.
 */
function ignoreConnectionErrors(client: Client): void {
  client.on('error', () => undefined);
}

/**
 * Closes a connection on which nothing happens for `ms`: PostgreSQL would have answered with its own timeout, unless the
 * network swallowed the answer. Idle connections end as well. The driver's `query_timeout` needs a timer for each statement,
 * which V8 keeps, with everything that it refers to, until a full collection.
 */
export function socketWithTimeout(ms: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(ms, () => socket.destroy(new Error('PostgreSQL did not answer in time')));
}
