import { type NestApplicationOptions } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Configuration } from '#libs/config';
import { newId } from '#libs/kernel';
import { bareProblem, toAppError } from '#libs/problems';
import { answerParserErrors, logInvalidRequest } from './connections.js';

const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const CHECK_CONNECTIONS_MS = 1000;
/** Longer than what proxies keep, so that it is never the server that closes a connection a proxy is about to use. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** Longer than the slowest request may take without a byte in either direction. */
const IDLE_TIMEOUT_MS = 60_000;
const MAX_REQUESTS_PER_SOCKET = 10_000;
const MAX_PARAM_LENGTH = 200;

/** How Nest is started in every process and test: it takes no body that we do not parse, and no route that hides another. */
export const APPLICATION_OPTIONS: NestApplicationOptions = {
  abortOnError: false,
  bodyParser: false,
  routeConflictPolicy: { duplicate: 'error', shadow: 'error' },
};

/**
 * The HTTP server with its limits. Headers must arrive within ten seconds. Node's own limit for a whole request is off,
 * since it would cut uploads: JSON bodies have a deadline of their own, and every transfer must keep a pace.
 */
export function createHttpAdapter(configuration: Configuration): FastifyAdapter {
  const { http } = configuration;
  return new FastifyAdapter({
    // The only user of it would be middleware, which nobody needs: hooks do the same in half the time.
    skipMiddie: true,
    logger: false,
    genReqId: () => '',
    trustProxy: http.trustedProxies.length > 0 ? [...http.trustedProxies] : false,
    bodyLimit: http.maxJsonBytes,
    requestTimeout: 0,
    connectionTimeout: Math.max(IDLE_TIMEOUT_MS, 2 * http.requestTimeoutMs),
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    maxRequestsPerSocket: MAX_REQUESTS_PER_SOCKET,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: answerParserErrors(configuration),
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      answerInvalidUrl(error, request, reply, configuration),
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: 0,
      connectionsCheckingInterval: CHECK_CONNECTIONS_MS,
      // Our own check answers with a problem.
      requireHostHeader: false,
    },
  });
}

/** A path that the router cannot read, or a part of it that is too long: no hook runs, so the answer is made here. */
function answerInvalidUrl(
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
  configuration: Configuration,
): void {
  reply.hijack();
  const requestId = newId();
  const appError = toAppError(error);
  logInvalidRequest(appError, requestId, request.ip);
  const problem = bareProblem(appError, requestId, request.raw.url ?? '/', configuration);
  reply.raw
    .writeHead(problem.status, problem.headers)
    .end(request.method === 'HEAD' ? undefined : problem.body);
}
