import { type FastifyCorsOptions } from '@fastify/cors';

const PREFLIGHT_SECONDS = 600;

/** Browser applications on these origins, and on no others, may call and read everything that carries a token. */
export function corsOptions(origins: readonly string[]): FastifyCorsOptions {
  return {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'If-None-Match'],
    exposedHeaders: [
      'Content-Disposition',
      'ETag',
      'Idempotency-Replayed',
      'Location',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'X-Request-Id',
    ],
    // Tokens travel in a header, never in a cookie.
    credentials: false,
    maxAge: PREFLIGHT_SECONDS,
  };
}
