import { setTimeout as sleep } from 'node:timers/promises';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { AppError } from '#libs/kernel';

/** Several times the duration of a password hash and a transaction. */
export const PADDING_MS = 250;

/**
 * Delays the response, also 5xx, until a multiple of `PADDING_MS` after the request body arrived, so that the duration
 * reveals nothing. A 4xx is sent at once: the operation must refuse before it looks anything up. Counting from the complete
 * body keeps a slow sender from choosing the moment. No transaction is open during the delay.
 */
@Injectable()
export class PadResponseTimeInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return defer(() => this.pad(next));
  }

  private async pad(next: CallHandler): Promise<unknown> {
    const since = performance.now();
    try {
      const answer: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      await waitForNextMultiple(since);
      return answer;
    } catch (error) {
      const isRefusal = error instanceof AppError && error.status < 500;
      if (!isRefusal) await waitForNextMultiple(since);
      throw error;
    }
  }
}

async function waitForNextMultiple(since: number): Promise<void> {
  const elapsed = performance.now() - since;
  const until = since + Math.ceil(elapsed / PADDING_MS) * PADDING_MS;
  // A timer can fire slightly early.
  for (let left = until - performance.now(); left > 0; left = until - performance.now()) {
    await sleep(Math.ceil(left));
  }
}
