import { getHeapStatistics } from 'node:v8';
import underPressure from '@fastify/under-pressure';
import { type FastifyInstance, type FastifyReply } from 'fastify';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { clientNetwork, scopeOfRequest } from '#libs/http';
import { TooManyRequestsError, UnavailableError } from '#libs/kernel';

const WINDOW_SECONDS = 60;
const OVERLOAD_RETRY_SECONDS = 2;
const OVERLOAD_SAMPLE_MS = 500;
const HEAP_SHARE = 0.9;

/**
 * Limits the requests per minute of one client network, counted in this process. Every response states the remaining quota
 * (draft-ietf-httpapi-ratelimit-headers). Health probes are not counted. 0 disables the limit.
 */
export function limitRequests(fastify: FastifyInstance, requestsPerMinute: number): void {
  if (requestsPerMinute === 0) return;
  const limiter = new RateLimiterMemory({ points: requestsPerMinute, duration: WINDOW_SECONDS });
  const policy = `"requests";q=${requestsPerMinute};w=${WINDOW_SECONDS}`;
  const announce = (reply: FastifyReply, left: RateLimiterRes): void => {
    reply.header('ratelimit-policy', policy);
    reply.header('ratelimit', `"requests";r=${left.remainingPoints};t=${seconds(left)}`);
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url?.startsWith('/health/')) {
      done();
      return;
    }
    limiter.consume(clientNetwork(scopeOfRequest(request).ip)).then(
      (left) => {
        announce(reply, left);
        done();
      },
      (refused: unknown) => {
        if (refused instanceof Error) {
          done(refused);
          return;
        }
        const left = refused as RateLimiterRes;
        announce(reply, left);
        done(
          new TooManyRequestsError(`More than ${requestsPerMinute} requests within one minute`, {
            retryAfter: seconds(left),
          }),
        );
      },
    );
  });
}

function seconds({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000));
}

/**
 * Load shedding: refuses new requests with 503 while the average event loop delay exceeds `maxEventLoopDelayMs` or the heap
 * is nearly full. Requests in progress finish, and liveness still answers. 0 disables it.
 */
export async function shedOverload(fastify: FastifyInstance, maxEventLoopDelayMs: number): Promise<void> {
  if (maxEventLoopDelayMs === 0) return;
  await fastify.register(underPressure, {
    maxEventLoopDelay: maxEventLoopDelayMs,
    maxHeapUsedBytes: getHeapStatistics().heap_size_limit * HEAP_SHARE,
    sampleInterval: OVERLOAD_SAMPLE_MS,
    pressureHandler: (request) => {
      if (request.routeOptions.url === '/health/live') return;
      throw new UnavailableError('The server is overloaded', { retryAfter: OVERLOAD_RETRY_SECONDS });
    },
  });
}
