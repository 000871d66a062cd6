import { type INestApplicationContext } from '@nestjs/common';
import { type PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from '#libs/postgres';
import { currentLogContext } from '../../libs/observability/src/logging/log-context.js';

/** A statement as it was sent to the database. */
export interface Sent {
  readonly text: string;
  readonly values: readonly unknown[];
}

interface Noted {
  readonly text: string;
  readonly values?: unknown[] | undefined;
}

/** The statements of authentication when its caches are cold: the same for every operation. */
const AUTHENTICATION = [
  /FROM auth\.sessions WHERE id = \$1 AND user_id = \$2/,
  /^SELECT roles, status FROM users\.users/,
];
/** Statements of the process itself, sent within any request: revocations, the newest checkpoint, the tiles that verify it. */
const IN_PASSING = /FROM (?:auth\.revocations|audit\.checkpoints|audit\.tiles)\b/;

/** All statements that an application sends to its database, by request. */
export class StatementLog {
  private readonly sent = new Map<string, Sent[]>();

  static of(app: INestApplicationContext): StatementLog {
    const log = new StatementLog();
    const seen = new WeakSet<PoolClient>();
    const pool = poolOf(app.get(DataSource, { strict: false }));
    pool.on('acquire', (client) => {
      if (!seen.has(client)) log.listen(client);
      seen.add(client);
    });
    return log;
  }

  /** In the order in which they were sent, without those that authenticated the request. */
  during(requestId: string): readonly Sent[] {
    const sent = this.sent.get(requestId) ?? [];
    return sent.filter(({ text }) => !AUTHENTICATION.some((pattern) => pattern.test(text)));
  }

  private listen(client: PoolClient): void {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const recording = (...args: unknown[]): unknown => {
      this.record(args);
      return query(...args);
    };
    Object.assign(client, { query: recording });
  }

  private record([first, second]: readonly unknown[]): void {
    this.note(
      typeof first === 'string' ? { text: first, values: second as unknown[] | undefined } : (first as Noted),
    );
  }

  private note({ text, values }: Noted): void {
    const { requestId } = currentLogContext();
    if (requestId === undefined || IN_PASSING.test(text)) return;
    const before = this.sent.get(requestId) ?? [];
    this.sent.set(requestId, [...before, { text, values: Array.isArray(values) ? values : [] }]);
  }
}
