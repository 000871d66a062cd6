import { Injectable, Logger } from '@nestjs/common';
import { type QueryResult } from 'pg';
import { DataSource } from 'typeorm';
import { type AuditDraft, emptyDraft } from '#libs/kernel';
import { statementFailure, withCallerStack } from './connection-lost.error.js';
import { poolOf } from './connection-pool.js';
import { SharedConnection } from './shared-connection.js';
import { currentExecution, type Execution, executions } from './execution.js';
import { type Statement, StatementNames } from './statement-names.js';
import { type Explanation, RolledBackError, Transaction, type TransactionManager } from './transaction.js';

/** Two, so that a second processor can work for them. */
const LOOKUP_CONNECTIONS = 2;

export interface TransactOptions {
  /** The draft of its audit entry. */
  readonly draft?: AuditDraft;
  /** Runs independently of an open unit and commits on its own. */
  readonly separate?: boolean;
}

/**
 * The only access to the database. `transact` runs work in one transaction, which begins with the first query, so that
 * a slow upload holds no connection. Isolation is READ COMMITTED: a change locks the rows that it depends on.
 * Concurrent units are independent.
 */
@Injectable()
export class UnitOfWork {
  private readonly logger = new Logger(UnitOfWork.name);
  private readonly lookups: readonly SharedConnection[];
  private nextLookup = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly names = new StatementNames(true),
  ) {
    const pool = () => poolOf(dataSource);
    this.lookups = Array.from({ length: LOOKUP_CONNECTIONS }, () => new SharedConnection(pool));
  }

  /**
   * Commits when `work` and its `beforeCommit` callbacks resolve. Rolls back and rethrows if one throws. Refuses a
   * call inside an open unit unless it is `separate`, because the two transactions would not commit together.
   */
  async transact<T>(
    work: () => Promise<T>,
    { draft = emptyDraft(), separate = false }: TransactOptions = {},
  ): Promise<T> {
    if (!separate && executions.getStore()?.open) throw new Error('A unit of work is already running');
    const execution: Execution = {
      draft,
      transaction: null,
      beforeCommit: [],
      afterCommit: [],
      afterRollback: [],
      open: true,
    };
    return executions.run(execution, () => this.complete(execution, work));
  }

  /** TypeORM's manager in the running transaction; begins the transaction if needed. Throws outside `transact`. */
  async manager(): Promise<TransactionManager> {
    return (await this.transaction()).manager();
  }

  /**
   * Reads with a prepared statement, in the transaction if it has begun, otherwise on a connection of the pool. With
   * `planEachTime` PostgreSQL plans each time, for statements whose best plan depends on the values.
   */
  async read<Row extends object>(
    text: string,
    values: unknown[],
    { planEachTime = false }: { planEachTime?: boolean } = {},
  ): Promise<Row[]> {
    const statement = planEachTime ? this.names.unnamed(text, values) : this.names.statement(text, values);
    const transaction = await this.running();
    return transaction ? transaction.read<Row>(statement) : (await this.onPool<Row>(statement)).rows;
  }

  /**
   * Like `read`, for a statement that finds a few rows by key: outside a transaction it shares a connection with others, and a
   * slow one would delay them.
   */
  async lookUp<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    const statement = this.names.statement(text, values);
    const transaction = await this.running();
    if (transaction) return transaction.read<Row>(statement);
    this.nextLookup = (this.nextLookup + 1) % LOOKUP_CONNECTIONS;
    const connection = this.lookups[this.nextLookup] as SharedConnection;
    try {
      return (await connection.query<Row>(statement)).rows;
    } catch (error) {
      throw withCallerStack(statementFailure(error as Error));
    }
  }

  /** Runs one statement that commits on its own connection, whatever the outcome of an open unit. */
  async autonomous<Row extends object>(
    text: string,
    values: unknown[],
  ): Promise<Pick<QueryResult<Row>, 'rows' | 'rowCount'>> {
    return this.onPool<Row>(this.names.statement(text, values));
  }

  /** Like `read`, but begins the transaction if needed, so that locks are kept until its end. It must not write. */
  async lock<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    const transaction = await this.transaction();
    return transaction.read<Row>(this.names.statement(text, values));
  }

  /**
   * Writes in the running transaction without waiting for the response. If PostgreSQL refuses, the unit throws the
   * result of `explain`.
   */
  async write(text: string, values: unknown[], explain: Explanation = (refusal) => refusal): Promise<void> {
    const transaction = await this.transaction();
    await transaction.write(this.names.statement(text, values), explain);
  }

  /** Runs `callback` last in the transaction; a throw rolls back. */
  beforeCommit(callback: () => Promise<void>): void {
    currentExecution().beforeCommit.push(callback);
  }

  /** Runs `callback` after the commit is durable. A throw is logged. Not run if the process crashes. */
  afterCommit(callback: () => void | Promise<void>): void {
    currentExecution().afterCommit.push(callback);
  }

  /**
   * Runs `callback` after a confirmed rollback. Not run if the outcome of the commit is unknown: cleanup must then
   * query the database.
   */
  afterRollback(callback: () => void | Promise<void>): void {
    currentExecution().afterRollback.push(callback);
  }

  private async onPool<Row extends object>(statement: Statement): Promise<QueryResult<Row>> {
    try {
      return await poolOf(this.dataSource).query<Row>(statement);
    } catch (error) {
      throw withCallerStack(statementFailure(error as Error));
    }
  }

  private transaction(): Promise<Transaction> {
    const execution = currentExecution();
    execution.transaction ??= Transaction.begin(this.dataSource);
    return execution.transaction;
  }

  private async running(): Promise<Transaction | null> {
    const execution = executions.getStore();
    return execution?.open ? execution.transaction : null;
  }

  private async complete<T>(execution: Execution, work: () => Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await work();
      for (const callback of execution.beforeCommit) await callback();
      execution.open = false;
    } catch (error) {
      execution.open = false;
      // A transaction that failed to begin needs no rollback; its error is thrown already.
      const transaction = (await execution.transaction?.catch(() => null)) ?? null;
      const cause = transaction?.causeOf(error) ?? error;
      await this.end(transaction, execution.afterRollback);
      throw cause;
    }
    const transaction = await execution.transaction;
    try {
      await transaction?.commit();
    } catch (error) {
      if (error instanceof RolledBackError) {
        await this.end(transaction, execution.afterRollback);
        throw error.reason ?? error;
      }
      // The commit may have succeeded: neither set of callbacks may run.
      await this.end(transaction, []);
      throw error;
    }
    await this.end(transaction, execution.afterCommit);
    return result;
  }

  /** Rolls back if not committed, releases the connection, then runs the callbacks. */
  private async end(transaction: Transaction | null, callbacks: Execution['afterCommit']): Promise<void> {
    try {
      await transaction?.rollBack();
    } catch (error) {
      this.logger.warn(`The rollback failed, the connection is closed: ${String(error)}`);
    }
    await transaction
      ?.release()
      .catch((error: unknown) => this.logger.warn(`The connection could not be released: ${String(error)}`));
    for (const callback of callbacks) {
      try {
        await callback();
      } catch (error) {
        this.logger.error('A callback that runs after the transaction failed', error);
      }
    }
  }
}
