import { DatabaseError, type PoolClient, type QueryResult, type QueryResultRow } from 'pg';
import { type DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { ConnectionLostError, statementFailure, withCallerStack } from './connection-lost.error.js';
import { type Statement } from './statement-names.js';

/** SQLSTATE of each statement after a failed one in the same transaction. */
const IN_FAILED_TRANSACTION = '25P02';
const BEGIN: Statement = { text: 'BEGIN ISOLATION LEVEL READ COMMITTED' };
const COMMIT: Statement = { text: 'COMMIT' };
const ROLLBACK: Statement = { text: 'ROLLBACK' };

/** PostgreSQL confirmed the rollback. */
export class RolledBackError extends Error {
  /** `reason` is the error that caused the rollback, if known. */
  constructor(readonly reason: Error | null) {
    super('The database rolled the transaction back', { cause: reason });
  }
}

/** Maps PostgreSQL's refusal of a statement to the error that the unit of work throws. */
export type Explanation = (refusal: Error) => Error;

const unchanged: Explanation = (refusal) => refusal;

/** The omitted methods would begin and commit their own transaction, which would commit this one. */
export type TransactionManager = Omit<
  EntityManager,
  'save' | 'remove' | 'softRemove' | 'recover' | 'transaction'
>;

/**
 * One transaction on one connection, pipelined: statements are sent at once and answered in order. After a refused
 * statement PostgreSQL refuses all later ones and answers COMMIT with ROLLBACK, so writes need not be awaited.
 */
export class Transaction {
  private readonly begun: Promise<unknown>;
  /** The first refused statement. Nothing commits after it. */
  private failure: Error | null = null;
  /** Whether a statement failed without a response of PostgreSQL: the state of the connection is then unknown. */
  private broken = false;
  private over = false;

  private constructor(
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
  ) {
    this.begun = this.send(BEGIN);
    this.begun.catch(() => undefined);
  }

  /** Rejects with `ConnectionLostError` if no connection can be made. */
  static async begin(dataSource: DataSource): Promise<Transaction> {
    const runner = dataSource.createQueryRunner();
    try {
      return new Transaction(runner, (await runner.connect()) as PoolClient);
    } catch (error) {
      throw statementFailure(error as Error);
    }
  }

  /** The manager for TypeORM's statements in this transaction. */
  async manager(): Promise<TransactionManager> {
    await this.begun;
    return this.runner.manager;
  }

  /**
   * Waits for the response. The statement must not write: it may be sent together with BEGIN, before BEGIN is
   * confirmed.
   */
  async read<Row extends QueryResultRow>(statement: Statement): Promise<Row[]> {
    try {
      return (await this.send<Row>(statement)).rows;
    } catch (error) {
      throw withCallerStack(error);
    }
  }

  /**
   * Sends a write without waiting for its response. If PostgreSQL refuses it, `commit` throws the result of `explain`.
   */
  async write(statement: Statement, explain: Explanation): Promise<void> {
    await this.begun;
    this.send(statement, explain).catch(() => undefined);
  }

  /** Throws `RolledBackError` if nothing was stored. After any other error the outcome is unknown. */
  async commit(): Promise<void> {
    try {
      await this.begun;
      // PostgreSQL does not know of a write whose value could not be encoded, and would commit the rest.
      if (this.failure === null) {
        const { command } = await this.send(COMMIT);
        this.over = true;
        if (command === 'COMMIT') return;
      }
    } catch {
      // `failure` holds the reason.
    }
    // The response to a successful COMMIT may be lost with the connection: only a confirmed ROLLBACK proves the
    // rollback.
    if (this.over || (await this.confirmsRollback())) throw new RolledBackError(this.failure);
    throw this.failure ?? new ConnectionLostError(null);
  }

  /** Resolves when the rollback is confirmed; rejects otherwise. */
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

  /** The first refusal if `thrown` is its consequence, otherwise `thrown`. */
  causeOf(thrown: unknown): unknown {
    return this.failure !== null && isConsequence(thrown) ? this.failure : thrown;
  }

  /** Releases the connection. The pool drops a connection that is closing. */
  async release(): Promise<void> {
    if (this.broken && !this.runner.isReleased) void this.client.end();
    await this.runner.release();
  }

  private async confirmsRollback(): Promise<boolean> {
    await this.rollBack().catch(() => undefined);
    return this.over;
  }

  /**
   * Uses a callback, because the driver calls it synchronously if a value cannot be encoded: `failure` is set in time.
   */
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
