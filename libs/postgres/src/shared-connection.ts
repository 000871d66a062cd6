import { DatabaseError, type Pool, type PoolClient, type QueryResult, type QueryResultRow } from 'pg';
import { type Statement } from './statement-names.js';

interface Loan {
  readonly client: Promise<PoolClient>;
  users: number;
}

/**
 * A connection of the pool that several short statements use at once: the first one borrows it, those that come before it is
 * idle again join, and the last one returns it. pg's `pipeline` option sends them without waiting for each other, often in one
 * packet. PostgreSQL runs them in order, so a slow statement would delay all others.
 */
export class SharedConnection {
  private loan: Loan | null = null;

  constructor(private readonly pool: () => Pool) {}

  /** Runs the statement in a transaction of its own. Rejects as `pool.query` does. */
  async query<Row extends QueryResultRow>(statement: Statement): Promise<QueryResult<Row>> {
    const loan = (this.loan ??= { client: this.pool().connect(), users: 0 });
    loan.users += 1;
    try {
      const client = await loan.client;
      return await client.query<Row>(statement);
    } catch (error) {
      // No response of PostgreSQL: later statements need a different connection.
      if (!(error instanceof DatabaseError)) this.end(loan);
      throw error;
    } finally {
      loan.users -= 1;
      if (loan.users === 0) await this.giveBack(loan);
    }
  }

  private end(loan: Loan): void {
    if (this.loan === loan) this.loan = null;
  }

  private async giveBack(loan: Loan): Promise<void> {
    const isUsable = this.loan === loan;
    this.end(loan);
    const client = await loan.client.catch(() => null);
    client?.release(!isUsable);
  }
}
