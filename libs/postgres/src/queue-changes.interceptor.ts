import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { ChangeQueue } from './change-queue.js';

/**
 * For changes of the resource `:id`: queues concurrent changes of one resource in this process, before the unit of work
 * begins, so that a locked row occupies one connection instead of the whole pool.
 */
@Injectable()
export class QueueChangesInterceptor implements NestInterceptor {
  constructor(private readonly queue: ChangeQueue) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { params } = context.switchToHttp().getRequest<{ params: { id: string } }>();
    const work = (): Promise<unknown> => lastValueFrom(next.handle(), { defaultValue: undefined });
    return defer(() => this.queue.run(params.id.toLowerCase(), work));
  }
}
