import { type INestApplicationContext } from '@nestjs/common';
import { type Pool, type PoolClient } from 'pg';
import { DataSource } from 'typeorm';
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
/** Statements of the process itself, sent within any request. */
const IN_PASSING = /FROM (?:auth\.revocations|audit\.checkpoints)\b/;

/** All statements that an application sends to its database, by request. */
export class StatementLog {
  private readonly sent = new Map<string, Sent[]>();

  static of(app: INestApplicationContext): StatementLog {
    const log = new StatementLog();
    const seen = new WeakSet<PoolClient>();
    const pool = (app.get(DataSource, { strict: false }).driver as unknown as { master: Pool }).master;
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
    if (typeof first === 'string') {
      this.note({ text: first, values: second as unknown[] | undefined });
    } else {
      const { statements = [first] } = first as { statements?: readonly unknown[] };
      for (const statement of statements) this.note(statement as Noted);
    }
  }

  private note({ text, values }: Noted): void {
    const { requestId } = currentLogContext();
    if (requestId === undefined || IN_PASSING.test(text)) return;
    const before = this.sent.get(requestId) ?? [];
    this.sent.set(requestId, [...before, { text, values: Array.isArray(values) ? values : [] }]);
  }
}
