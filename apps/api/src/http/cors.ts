import { type FastifyCorsOptions } from '@fastify/cors';
import { type FastifyReply, type FastifyRequest } from 'fastify';

const PREFLIGHT_SECONDS = 600;

/** Browser applications on these origins, and on no others, may call and read everything that carries a token. */
export function corsOptions(origins: readonly string[]): FastifyCorsOptions {
  const preflights: FastifyCorsOptions = {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'If-None-Match',
      'If-Range',
      'Prefer',
      'Range',
    ],
    exposedHeaders: [
      'Accept',
      'Accept-Encoding',
      'Accept-Ranges',
      'Allow',
      'Audit-Checkpoint',
      'Content-Disposition',
      'Content-Range',
      'ETag',
      'Idempotency-Replayed',
      'Link',
      'Location',
      'Preference-Applied',
      'RateLimit',
      'RateLimit-Policy',
      'Repr-Digest',
      'Retry-After',
      'WWW-Authenticate',
      'X-Request-Id',
    ],
    // Tokens travel in a header, never in a cookie.
    credentials: false,
    maxAge: PREFLIGHT_SECONDS,
  };
  const others: FastifyCorsOptions = { ...preflights, preflight: false };
  return {
    // An OPTIONS that is no preflight is a method like any other, and has the answer of a method that is not there.
    delegator: (request, answer) => answer(null, isPreflight(request) ? preflights : others),
  };
}

/**
 * Adds `Origin` to what an operation says in `Vary` itself: a cache would show the application of one origin the answer to
 * another, which its browser then keeps from it.
 */
export function varyByOrigin(reply: FastifyReply): void {
  const vary = String(reply.getHeader('vary') ?? '');
  if (!/\borigin\b/i.test(vary)) reply.header('vary', vary === '' ? 'Origin' : `${vary}, Origin`);
}

function isPreflight({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}
