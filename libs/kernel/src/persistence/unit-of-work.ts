import { type EventEmitter } from 'node:events';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { type AuditDraft, emptyDraft } from '../audit/audit-draft.js';
import { currentExecution, type Execution, executions } from './execution.js';

/**
 * The only way to the database. `transact` gives its work one transaction, begun by the first query, so that a slow
 * client holds no connection while its bytes arrive; isolation is READ COMMITTED and rows are locked by whoever changes
 * them. Concurrent units share nothing.
 */
@Injectable()
export class UnitOfWork {
  private readonly logger = new Logger(UnitOfWork.name);

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Commits when `work` resolves and its `beforeCommit` callbacks did, rolls back when any of them throws, and then throws
   * that. A call inside a running unit is refused: two transactions would not commit together.
   */
  async transact<T>(work: () => Promise<T>, draft: AuditDraft = emptyDraft()): Promise<T> {
    if (executions.getStore()?.open) throw new Error('A unit of work is already running');
    return this.isolate(work, draft);
  }

  /** Like `transact`, but beside a running unit instead of refused: it commits whatever becomes of that one. */
  async isolate<T>(work: () => Promise<T>, draft: AuditDraft = emptyDraft()): Promise<T> {
    const execution: Execution = {
      draft,
      runner: null,
      beforeCommit: [],
      afterCommit: [],
      afterRollback: [],
      open: true,
    };
    return executions.run(execution, () => this.complete(execution, work));
  }

  /** The running transaction, begun now if this is its first query. Throws outside `transact`: no write goes unseen. */
  async manager(): Promise<EntityManager> {
    const execution = currentExecution();
    execution.runner ??= this.begin();
    return (await execution.runner).manager;
  }

  /** For reads: the running transaction once it has begun, otherwise the pool, one statement at a time. */
  async reader(): Promise<EntityManager> {
    const execution = executions.getStore();
    return execution?.open && execution.runner ? (await execution.runner).manager : this.dataSource.manager;
  }

  /** Runs `callback` last in the transaction; a throw rolls everything back. */
  beforeCommit(callback: (manager: EntityManager) => Promise<void>): void {
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

  private async begin(): Promise<QueryRunner> {
    const runner = this.dataSource.createQueryRunner('master');
    try {
      await runner.connect();
      await runner.startTransaction('READ COMMITTED');
      return runner;
    } catch (error) {
      await runner.release().catch(() => undefined);
      throw error;
    }
  }

  private async complete<T>(execution: Execution, work: () => Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await work();
      for (const callback of execution.beforeCommit) await callback(await this.manager());
      execution.open = false;
    } catch (error) {
      execution.open = false;
      await this.rollBack(execution);
      await this.settle(execution, execution.afterRollback);
      throw error;
    }
    try {
      if (execution.runner) await (await execution.runner).commitTransaction();
    } catch (error) {
      // A commit that fails may still have happened: neither set of callbacks may act on a guess.
      await this.rollBack(execution);
      await this.settle(execution, []);
      throw error;
    }
    await this.settle(execution, execution.afterCommit);
    return result;
  }

  private async rollBack(execution: Execution): Promise<void> {
    // A transaction that never began needs no rollback; its failure is what the caller already holds.
    const runner = await execution.runner?.catch(() => null);
    try {
      if (runner?.isTransactionActive) await runner.rollbackTransaction();
    } catch (error) {
      this.logger.warn(`Rollback failed, the connection is discarded: ${String(error)}`);
      if (runner && !runner.isReleased) await discard(runner, error);
    }
  }

  private async settle(execution: Execution, callbacks: Execution['afterCommit']): Promise<void> {
    const runner = await execution.runner?.catch(() => null);
    await runner?.release().catch((error: unknown) => this.logger.warn(`Release failed: ${String(error)}`));
    for (const callback of callbacks) {
      try {
        await callback();
      } catch (error) {
        this.logger.error('A callback after the transaction failed', error);
      }
    }
  }
}

/** Nobody may get a connection whose transaction may still be open: TypeORM gives one that reports an error back as broken. */
async function discard(runner: QueryRunner, error: unknown): Promise<void> {
  const connection = (await runner.connect()) as EventEmitter;
  connection.emit('error', error);
}
