import { setTimeout as sleep } from 'node:timers/promises';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { operationOf } from './request-scope.js';

/** Several times the duration of a password hash and a transaction. */
export const PADDING_MS = 250;

/**
 * Delays every response of an operation with `padResponseTime`, also 5xx, until a multiple of `PADDING_MS` after the
 * request body arrived, so that the duration reveals nothing. A 4xx is sent at once: such an operation refuses before it
 * looks anything up. Counting from the complete body keeps a slow sender from choosing the moment. No transaction is open
 * during the delay.
 */
export function padResponseTime(fastify: FastifyInstance): void {
  const begun = new WeakMap<FastifyRequest, number>();
  fastify.addHook('preHandler', (request, _reply, done) => {
    if (operationOf(request)?.padResponseTime) begun.set(request, performance.now());
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
  // A timer can fire slightly early.
  for (let left = until - performance.now(); left > 0; left = until - performance.now()) {
    await sleep(Math.ceil(left));
  }
}
