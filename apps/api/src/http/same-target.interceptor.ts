import { type CallHandler, type ExecutionContext, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { Configuration } from '#libs/config';
import { type OperationStep } from '#libs/http';
import { UnavailableError } from '#libs/kernel';
import { translateDatabaseError } from '#libs/postgres';
import { KeyedQueue } from './keyed-queue.js';

/** More would not only wait for the row but for each other, each with the whole time that a lock may take. */
const AT_ONCE = 1;
const READS = new Set(['GET', 'HEAD']);

/**
 * Lets changes of one thing wait for each other here, where waiting costs no connection: the row's lock would let only one
 * through anyway, and all the others would take the pool away from everybody else. When nobody gets through for as long as
 * a lock may take, those who wait get 503. Has to run before the unit of work begins.
 */
@Injectable()
export class SameTargetInterceptor implements OperationStep {
  private readonly queue: KeyedQueue;

  constructor({ database }: Configuration) {
    this.queue = new KeyedQueue(AT_ONCE, {
      ms: database.lockTimeoutMs,
      late: () =>
        new UnavailableError('Too many requests are changing this resource at the same time', {
          retryAfter: 1,
        }),
      heldUp: (error) =>
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
