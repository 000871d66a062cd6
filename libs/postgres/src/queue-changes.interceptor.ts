import { type CallHandler, type ExecutionContext, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { Configuration } from '#libs/config';
import { type OperationStep } from '#libs/http';
import { UnavailableError } from '#libs/kernel';
import { translateDatabaseError } from '#libs/postgres';
import { KeyedQueue } from './keyed-queue.js';

/** A second change would only wait for the same row lock and occupy a connection. */
const AT_ONCE = 1;
const READS = new Set(['GET', 'HEAD']);

/**
 * Queues concurrent changes of one resource in this process, before the unit of work begins, so that a locked row occupies
 * one connection instead of the whole pool. If no change finishes within the lock timeout, waiting requests get 503.
 */
@Injectable()
export class QueueChangesInterceptor implements OperationStep {
  private readonly queue: KeyedQueue;

  constructor({ database }: Configuration) {
    this.queue = new KeyedQueue(AT_ONCE, {
      ms: database.lockTimeoutMs,
      createError: () =>
        new UnavailableError('Too many requests are changing this resource at the same time', {
          retryAfter: 1,
        }),
      isContention: (error) =>
        error instanceof UnavailableError || translateDatabaseError(error) instanceof UnavailableError,
    });
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method, params } = context.switchToHttp().getRequest<FastifyRequest>();
    const { id } = (params ?? {}) as { id?: unknown };
    if (READS.has(method) || typeof id !== 'string') return next.handle();
    const work = (): Promise<unknown> => lastValueFrom(next.handle(), { defaultValue: undefined });
    return defer(() => this.queue.run(id.toLowerCase(), work));
  }
}
