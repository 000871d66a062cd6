import { type NestApplicationOptions } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type Configuration } from '#libs/kernel';

const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than what proxies keep, so that it is never the server that closes a connection a proxy is about to use. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
const MAX_PARAM_LENGTH = 200;

/** How Nest is started in every process and test: it takes no body that we do not parse, and no route that hides another. */
export const APPLICATION_OPTIONS: NestApplicationOptions = {
  abortOnError: false,
  bodyParser: false,
  routeConflictPolicy: { duplicate: 'error', shadow: 'error' },
};

/** The HTTP server with its limits. */
export function createHttpAdapter({ http }: Configuration): FastifyAdapter {
  return new FastifyAdapter({
    skipMiddie: true,
    logger: false,
    trustProxy: http.trustedProxies.length > 0 ? [...http.trustedProxies] : false,
    bodyLimit: http.maxJsonBytes,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    http: { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: 0 },
  });
}
