import { Injectable, Logger } from '@nestjs/common';
import { type QueryResult } from 'pg';
import { DataSource } from 'typeorm';
import { type AuditDraft, emptyDraft } from '#libs/kernel';
import { statementFailure, withCallerStack } from './connection-lost.error.js';
import { poolOf } from './connection-pool.js';
import { currentExecution, type Execution, executions } from './execution.js';
import { type Statement, StatementNames } from './statement-names.js';
import { type Explanation, RolledBackError, Transaction, type TransactionManager } from './transaction.js';

export interface TransactOptions {
  /** What the unit adds to its audit entry. */
  readonly draft?: AuditDraft;
  /** Whether it may run beside a unit that is still open and commit on its own, whatever becomes of that one. */
  readonly separate?: boolean;
}

/**
 * The only way to the database. `transact` gives its work one transaction, which begins with the first query, so that a slow
 * client holds no connection while its bytes arrive. Isolation is READ COMMITTED; a change locks the rows that it is decided
 * on. Concurrent units share nothing.
 */
@Injectable()
export class UnitOfWork {
  private readonly logger = new Logger(UnitOfWork.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly names = new StatementNames(true),
  ) {}

  /**
   * Commits when `work` resolves and its `beforeCommit` callbacks did. Rolls back when any of them throws, and throws that.
   * A call inside an open unit is refused unless it is `separate`: two transactions would not commit together.
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

  /** TypeORM's manager in the running transaction, begun now if this is its first query. Throws outside `transact`. */
  async manager(): Promise<TransactionManager> {
    return (await this.transaction()).manager();
  }

  /**
   * Reads by a named statement, in the running transaction once it has begun, otherwise on a connection of the pool. With
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

  /** One statement that commits at once on a connection of its own, whatever becomes of an open unit. */
  async autonomous<Row extends object>(
    text: string,
    values: unknown[],
  ): Promise<Pick<QueryResult<Row>, 'rows' | 'rowCount'>> {
    return this.onPool<Row>(this.names.statement(text, values));
  }

  /** Like `read`, but begins the transaction if it has not begun, and so keeps the locks that it takes. It must not write. */
  async lock<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    const transaction = await this.transaction();
    return transaction.read<Row>(this.names.statement(text, values));
  }

  /** Writes in the running transaction without waiting for the answer. A refusal makes the unit throw `explain` of it. */
  async write(text: string, values: unknown[], explain: Explanation = (refusal) => refusal): Promise<void> {
    const transaction = await this.transaction();
    await transaction.write(this.names.statement(text, values), explain);
  }

  /** Runs `callback` last in the transaction; a throw rolls everything back. */
  beforeCommit(callback: () => Promise<void>): void {
    currentExecution().beforeCommit.push(callback);
  }

  /** Runs `callback` once the commit is durable; a throw is logged and changes nothing. Lost if the process dies. */
  afterCommit(callback: () => void | Promise<void>): void {
    currentExecution().afterCommit.push(callback);
  }

  /** Runs `callback` once nothing of the unit can become visible. Not run when a commit was lost on the way: who cleans
   * up must then ask the database. */
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
      // A transaction that never began needs no end; its failure is what is thrown already.
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
      // A commit that fails may still have happened: neither set of callbacks may act on a guess.
      await this.end(transaction, []);
      throw error;
    }
    await this.end(transaction, execution.afterCommit);
    return result;
  }

  /** Rolls back what is not committed, gives the connection back, and then runs the callbacks. */
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
