import { DatabaseError, type PoolClient, type QueryResult, type QueryResultRow } from 'pg';
import { type DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { ConnectionLostError, statementFailure, withCallerStack } from './connection-lost.error.js';
import { type Statement } from './statement-names.js';

/** SQLSTATE of every statement that follows a failed one in the same transaction. */
const IN_FAILED_TRANSACTION = '25P02';
const BEGIN: Statement = { text: 'BEGIN ISOLATION LEVEL READ COMMITTED' };
const COMMIT: Statement = { text: 'COMMIT' };
const ROLLBACK: Statement = { text: 'ROLLBACK' };

/** PostgreSQL confirmed that nothing was kept. */
export class RolledBackError extends Error {
  /** `reason` is the refusal that caused it, if one is known. */
  constructor(readonly reason: Error | null) {
    super('The database rolled the transaction back', { cause: reason });
  }
}

/** The error that a unit of work throws when PostgreSQL refuses a statement. */
export type Explanation = (refusal: Error) => Error;

const unchanged: Explanation = (refusal) => refusal;

/** TypeORM begins and commits a transaction of its own in the methods that are left out, which would commit this one. */
export type TransactionManager = Omit<
  EntityManager,
  'save' | 'remove' | 'softRemove' | 'recover' | 'transaction'
>;

/**
 * One transaction on one connection. The driver pipelines: statements leave at once and are answered in order. Once one is
 * refused, PostgreSQL refuses every later one and answers COMMIT with ROLLBACK, so a write does not need to be awaited.
 */
export class Transaction {
  private readonly begun: Promise<unknown>;
  /** The first refusal. Nothing is committed after it. */
  private failure: Error | null = null;
  /** Whether a statement failed without an answer of PostgreSQL, so that the state of the connection is unknown. */
  private broken = false;
  private over = false;

  private constructor(
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
  ) {
    this.begun = this.send(BEGIN);
    this.begun.catch(() => undefined);
  }

  /** Rejects with `ConnectionLostError` when there is no connection. */
  static async begin(dataSource: DataSource): Promise<Transaction> {
    const runner = dataSource.createQueryRunner();
    try {
      return new Transaction(runner, (await runner.connect()) as PoolClient);
    } catch (error) {
      throw statementFailure(error as Error);
    }
  }

  /** For TypeORM's own statements in this transaction. */
  async manager(): Promise<TransactionManager> {
    await this.begun;
    return this.runner.manager;
  }

  /** Waits for the answer. The statement must not write: it may leave together with BEGIN, before that is confirmed. */
  async read<Row extends QueryResultRow>(statement: Statement): Promise<Row[]> {
    try {
      return (await this.send<Row>(statement)).rows;
    } catch (error) {
      throw withCallerStack(error);
    }
  }

  /** Sends a write without waiting for its answer. If it is refused, `commit` throws what `explain` makes of the refusal. */
  async write(statement: Statement, explain: Explanation): Promise<void> {
    await this.begun;
    this.send(statement, explain).catch(() => undefined);
  }

  /** Throws `RolledBackError` when nothing was kept. After any other error the outcome is unknown. */
  async commit(): Promise<void> {
    try {
      await this.begun;
      // A write whose value could not be sent is unknown to PostgreSQL, which would commit the rest.
      if (this.failure === null) {
        const { command } = await this.send(COMMIT);
        this.over = true;
        if (command === 'COMMIT') return;
      }
    } catch {
      // `failure` says why.
    }
    // A lost connection may have lost the answer to a COMMIT that was carried out: only an answer to ROLLBACK is proof.
    if (this.over || (await this.confirmsRollback())) throw new RolledBackError(this.failure);
    throw this.failure ?? new ConnectionLostError(null);
  }

  /** Resolves once nothing of it can become visible; rejects when that is not confirmed. */
  async rollBack(): Promise<void> {
    if (this.over || this.runner.isReleased) return;
    try {
      await this.send(ROLLBACK);
      this.over = true;
    } catch (error) {
      this.broken = true;
      throw error;
    }
  }

  /** The first refusal, if `thrown` is only its consequence. */
  causeOf(thrown: unknown): unknown {
    return this.failure !== null && isConsequence(thrown) ? this.failure : thrown;
  }

  /** Gives the connection back. The pool keeps no connection that is being closed. */
  async release(): Promise<void> {
    if (this.broken && !this.runner.isReleased) void this.client.end();
    await this.runner.release();
  }

  private async confirmsRollback(): Promise<boolean> {
    await this.rollBack().catch(() => undefined);
    return this.over;
  }

  /** With a callback, which the driver calls before it returns when a value cannot be sent: `failure` is never late. */
  private send<Row extends QueryResultRow>(
    statement: Statement,
    explain: Explanation = unchanged,
  ): Promise<QueryResult<Row>> {
    return new Promise((resolve, reject) => {
      this.client.query<Row>(statement, (error: Error | null, result) => {
        if (error) reject(this.refusal(error, explain));
        else resolve(result);
      });
    });
  }

  private refusal(error: Error, explain: Explanation): Error {
    this.broken ||= !(error instanceof DatabaseError);
    if (this.failure !== null && isConsequence(error)) return this.failure;
    const refusal = explain(statementFailure(error));
    this.failure ??= refusal;
    return refusal;
  }
}

function isConsequence(error: unknown): boolean {
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  return (driverError?.code ?? code) === IN_FAILED_TRANSACTION;
}
