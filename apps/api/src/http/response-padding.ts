import { setTimeout as sleep } from 'node:timers/promises';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { operationOf } from './request-scope.js';

/** Several times what a hash and a transaction take, and short enough for whoever waits for the answer. */
export const PADDING_MS = 250;

/**
 * Holds back every answer of an operation that is `paddedResponseTime`, failures of ours too, until a multiple of `PADDING_MS` after
 * its request was complete: what it did in between cannot be told by the clock. Only a 4xx leaves at once: such an operation
 * refuses before it looks. A body that arrives slowly does not move that moment to where its sender wants it. No transaction
 * is open while an answer waits.
 */
export function padResponseTime(fastify: FastifyInstance): void {
  const begun = new WeakMap<FastifyRequest, number>();
  fastify.addHook('preHandler', (request, _reply, done) => {
    if (operationOf(request)?.paddedResponseTime) begun.set(request, performance.now());
    done();
  });
  fastify.addHook('onSend', (request, { statusCode }, payload, done) => {
    const since = begun.get(request);
    const isRefusal = statusCode >= 400 && statusCode < 500;
    if (since === undefined || isRefusal) done(null, payload);
    else void waitForNextMultiple(since).then(() => done(null, payload));
  });
}

async function waitForNextMultiple(since: number): Promise<void> {
  const elapsed = performance.now() - since;
  const until = since + Math.ceil(elapsed / PADDING_MS) * PADDING_MS;
  // A timer may come a little early.
  for (let left = until - performance.now(); left > 0; left = until - performance.now()) {
    await sleep(Math.ceil(left));
  }
}
