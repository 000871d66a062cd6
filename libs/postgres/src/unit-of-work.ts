import { Injectable, Logger } from '@nestjs/common';
import { type Pool } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { type AuditDraft, emptyDraft } from '#libs/kernel';
import { currentExecution, type Execution, executions } from './execution.js';
import { sendStatement } from './kept-query.js';
import { OutdatedReadError } from './outdated-read.error.js';
import { SharedReads } from './shared-reads.js';
import { StatementNames } from './statement-names.js';
import { type Explanation, RolledBackError, Transaction } from './transaction.js';

/**
 * The only way to the database. `transact` gives its work one transaction, begun by the first query, so that a slow
 * client holds no connection while its bytes arrive; isolation is READ COMMITTED and rows are locked by whoever changes
 * them. Concurrent units share nothing.
 */
@Injectable()
export class UnitOfWork {
  private readonly logger = new Logger(UnitOfWork.name);
  private readonly shared: SharedReads;

  constructor(
    private readonly dataSource: DataSource,
    private readonly names = new StatementNames(true),
    /** Whether every session is READ COMMITTED without being told so by a BEGIN. */
    private readonly readCommitted = false,
  ) {
    this.shared = new SharedReads(() => this.pool);
  }

  /**
   * Commits when `work` resolves and its `beforeCommit` callbacks did, rolls back when any of them throws, and then throws
   * that. Work that `mayRelyOnReads` and finds them outdated when it writes is done once more, from the beginning. A call
   * inside a running unit is refused: two transactions would not commit together.
   */
  async transact<T>(work: () => Promise<T>, draft: AuditDraft = emptyDraft()): Promise<T> {
    if (executions.getStore()?.open) throw new Error('A unit of work is already running');
    const blank = { ...draft };
    const first = executionOf(draft, true);
    try {
      return await this.execute(first, work);
    } catch (error) {
      if (!first.reliesOnReads || !(error instanceof OutdatedReadError)) throw error;
    }
    Object.assign(draft, blank);
    return this.isolate(work, draft);
  }

  /** Like `transact`, but beside a running unit instead of refused: it commits whatever becomes of that one. Done once. */
  async isolate<T>(work: () => Promise<T>, draft: AuditDraft = emptyDraft()): Promise<T> {
    return this.execute(executionOf(draft, false), work);
  }

  /**
   * Whether to decide on what is read without a lock, before the transaction begins. Whoever asks and is told so has to
   * make the write fail with `OutdatedReadError` unless all that was read is still so; told otherwise, to lock what is
   * read. Work that asks leaves nothing behind but what it writes: it may be done twice.
   */
  mayRelyOnReads(): boolean {
    const execution = currentExecution();
    const may = execution.repeatable && execution.transaction === null;
    execution.reliesOnReads ||= may;
    return may;
  }

  /** The running transaction, begun now if this is its first query. Throws outside `transact`: no write goes unseen. */
  async manager(): Promise<EntityManager> {
    return (await this.transaction()).manager;
  }

  /** For reads: the running transaction once it has begun, otherwise the pool, one statement at a time. */
  async reader(): Promise<EntityManager> {
    return (await this.running())?.manager ?? this.dataSource.manager;
  }

  /**
   * Like `reader`, for one statement that clients hammer: nothing stands between it and the driver, and its plan is kept
   * unless the best one depends on the values.
   */
  async read<Row extends object>(
    text: string,
    values: unknown[],
    { planAnew = false }: { planAnew?: boolean } = {},
  ): Promise<Row[]> {
    const statement = planAnew ? this.names.unnamed(text, values) : this.names.statement(text, values);
    const transaction = await this.running();
    return transaction ? transaction.read<Row>(statement) : sendStatement<Row>(this.pool, statement);
  }

  /** Like `read`, for rows found by their key: a connection is shared with others who look something up. */
  async lookUp<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    const statement = this.names.statement(text, values);
    const transaction = await this.running();
    return (transaction ?? this.shared).read<Row>(statement);
  }

  /** Like `read`, in the running transaction and with its locks. It must not write. */
  async lock<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    const transaction = await this.transaction();
    return transaction.read<Row>(this.names.statement(text, values));
  }

  /**
   * Writes in the running transaction without waiting for the answer. A statement that must have an effect has to fail
   * when it has none; then nothing is kept, and the unit throws what `explain` makes of the failure.
   */
  async write(text: string, values: unknown[], explain: Explanation = (refusal) => refusal): Promise<void> {
    const transaction = await this.transaction();
    transaction.write(this.names.statement(text, values), explain);
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

  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }

  private transaction(): Promise<Transaction> {
    const execution = currentExecution();
    execution.transaction ??= Transaction.begin(this.dataSource, this.names, this.readCommitted);
    return execution.transaction;
  }

  private async running(): Promise<Transaction | null> {
    const execution = executions.getStore();
    return execution?.open ? execution.transaction : null;
  }

  private async execute<T>(execution: Execution, work: () => Promise<T>): Promise<T> {
    return executions.run(execution, () => this.complete(execution, work));
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
    let broken: unknown;
    try {
      await transaction?.rollBack();
    } catch (error) {
      broken = error;
      this.logger.warn(`The rollback failed, the connection is closed: ${String(error)}`);
    }
    await transaction
      ?.release(broken)
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

function executionOf(draft: AuditDraft, repeatable: boolean): Execution {
  return {
    draft,
    transaction: null,
    beforeCommit: [],
    afterCommit: [],
    afterRollback: [],
    open: true,
    repeatable,
    reliesOnReads: false,
  };
}
