import { AsyncLocalStorage } from 'node:async_hooks';

/** The context of all log lines of one request or job. */
export interface LogContext {
  readonly requestId?: string;
  readonly job?: string;
}

const contexts = new AsyncLocalStorage<LogContext>();

/** Runs `work` and all asynchronous work that it starts with `context` on its log lines. */
export function withLogContext<T>(context: LogContext, work: () => T): T {
  return contexts.run(context, work);
}

export function currentLogContext(): LogContext {
  return contexts.getStore() ?? {};
}
