import { isIPv6 } from 'node:net';
import { type FastifyInstance, type FastifyReply } from 'fastify';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { scopeOfRequest } from '#libs/http';
import { TooManyRequestsError } from '#libs/kernel';

const WINDOW_SECONDS = 60;

/**
 * Limits the requests of one client address in a minute, counted in this process. Every answer says what is left
 * (draft-ietf-httpapi-ratelimit-headers); health probes are not counted. 0 switches the limit off.
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
    limiter.consume(clientKey(scopeOfRequest(request).ip)).then(
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

/** Whoever has one address of IPv6 has the 2^64 addresses of its network: they count as one client. */
export function clientKey(ip: string): string {
  if (!ip.includes(':') || !isIPv6(ip)) return ip;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped) return mapped;
  const [head = '', tail = ''] = ip.toLowerCase().split('%', 1)[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = ip.includes('::') ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0') : [];
  return [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
