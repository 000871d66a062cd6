import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line of one piece of work carries, so that nobody has to pass it along. */
export interface LogContext {
  readonly requestId?: string;
  readonly job?: string;
}

const contexts = new AsyncLocalStorage<LogContext>();

/** Runs `work`, and whatever it starts, with `context` on its log lines. */
export function withLogContext<T>(context: LogContext, work: () => T): T {
  return contexts.run(context, work);
}

export function currentLogContext(): LogContext {
  return contexts.getStore() ?? {};
}
