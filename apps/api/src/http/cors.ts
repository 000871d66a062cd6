import { type FastifyCorsOptions } from '@fastify/cors';
import { type FastifyReply, type FastifyRequest } from 'fastify';

const PREFLIGHT_SECONDS = 600;

/** Lets browser applications on these origins call the API with a token and read its responses. */
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
    // Tokens are sent in a header, never in a cookie.
    credentials: false,
    maxAge: PREFLIGHT_SECONDS,
  };
  const others: FastifyCorsOptions = { ...preflights, preflight: false };
  return {
    // An OPTIONS request that is not a preflight is answered like any unsupported method.
    delegator: (request, answer) => answer(null, isPreflight(request) ? preflights : others),
  };
}

/**
 * Adds `Origin` to the `Vary` header. Without it, a cache would serve a response for one origin to a second origin, whose
 * browser then blocks it.
 */
export function varyByOrigin(reply: FastifyReply): void {
  const vary = String(reply.getHeader('vary') ?? '');
  if (!/\borigin\b/i.test(vary)) reply.header('vary', vary === '' ? 'Origin' : `${vary}, Origin`);
}

function isPreflight({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}
