import { getHeapStatistics } from 'node:v8';
import underPressure from '@fastify/under-pressure';
import { type FastifyInstance } from 'fastify';
import { UnavailableError } from '#libs/kernel';

const RETRY_SECONDS = 2;
const SAMPLE_MS = 500;
const HEAP_SHARE = 0.9;

/**
 * Refuses new requests with 503 while the event loop is late by more than `maxEventLoopDelayMs` on average or the heap is
 * nearly full: those that are under way finish, which clears the queue. Liveness still answers; 0 switches it off.
 */
export async function shedOverload(fastify: FastifyInstance, maxEventLoopDelayMs: number): Promise<void> {
  if (maxEventLoopDelayMs === 0) return;
  await fastify.register(underPressure, {
    maxEventLoopDelay: maxEventLoopDelayMs,
    maxHeapUsedBytes: getHeapStatistics().heap_size_limit * HEAP_SHARE,
    sampleInterval: SAMPLE_MS,
    pressureHandler: (request) => {
      if (request.routeOptions.url === '/health/live') return;
      throw new UnavailableError('The server is overloaded', { retryAfter: RETRY_SECONDS });
    },
  });
}
