import { AsyncLocalStorage } from 'node:async_hooks';
import { type AuditDraft } from '#libs/kernel';
import { type Transaction } from './transaction.js';

/** A unit of work in progress: its transaction (null until the first query) and the draft of its audit entry. */
export interface Execution {
  readonly draft: AuditDraft;
  transaction: Promise<Transaction> | null;
  readonly beforeCommit: Array<() => Promise<void>>;
  readonly afterCommit: Array<() => void | Promise<void>>;
  readonly afterRollback: Array<() => void | Promise<void>>;
  open: boolean;
}

export const executions = new AsyncLocalStorage<Execution>();

export function currentExecution(): Execution {
  const execution = executions.getStore();
  if (!execution?.open) throw new Error('No unit of work is running');
  return execution;
}
