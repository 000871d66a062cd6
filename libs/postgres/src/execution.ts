import { AsyncLocalStorage } from 'node:async_hooks';
import { type AuditDraft } from '#libs/kernel';
import { type Transaction } from './transaction.js';

/** One unit of work in progress: its transaction (none until the first query) and what it says to the audit log. */
export interface Execution {
  readonly draft: AuditDraft;
  transaction: Promise<Transaction> | null;
  readonly beforeCommit: Array<() => Promise<void>>;
  readonly afterCommit: Array<() => void | Promise<void>>;
  readonly afterRollback: Array<() => void | Promise<void>>;
  open: boolean;
  /** Whether it is done once more when what it read without a lock was changed before it wrote. */
  readonly repeatable: boolean;
  /** Whether it relies on such a read. */
  reliesOnReads: boolean;
}

export const executions = new AsyncLocalStorage<Execution>();

export function currentExecution(): Execution {
  const execution = executions.getStore();
  if (!execution?.open) throw new Error('No unit of work is running');
  return execution;
}
