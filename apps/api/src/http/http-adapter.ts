import { type NestApplicationOptions } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Configuration } from '#libs/config';
import { trustedProxies } from '#libs/http';
import { newId } from '#libs/kernel';
import { rawProblem, toAppError } from '#libs/problems';
import { answerParserErrors, logInvalidRequest } from './connections.js';
import { clientAddress } from './request-scope.js';

const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const CHECK_CONNECTIONS_MS = 1000;
/** Longer than the idle timeout of common proxies, so that the server does not close a connection that a proxy reuses. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** Longer than the slowest request may be without a byte in either direction. */
const IDLE_TIMEOUT_MS = 60_000;
const MAX_REQUESTS_PER_SOCKET = 10_000;
const MAX_PARAM_LENGTH = 200;

/** The options of Nest in every process and test: no default body parsers, and no routes that hide each other. */
export const APPLICATION_OPTIONS: NestApplicationOptions = {
  abortOnError: false,
  bodyParser: false,
  routeConflictPolicy: { duplicate: 'error', shadow: 'error' },
};

/**
 * Creates the HTTP server with its limits. Headers must arrive within 10 s. Node's limit for a whole request is off because
 * it would abort uploads: JSON bodies have their own deadline, and every transfer has a minimum throughput.
 */
export function createHttpAdapter(configuration: Configuration): FastifyAdapter {
  const { http } = configuration;
  return new FastifyAdapter({
    // Only Express-style middleware needs it; hooks replace it and take half the time.
    skipMiddie: true,
    logger: false,
    genReqId: () => '',
    trustProxy: http.trustedProxies.length > 0 ? trustedProxies(http.trustedProxies) : false,
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
      // `refuseAmbiguousHeaders` checks the header and answers with a problem.
      requireHostHeader: false,
    },
  });
}

/** Answers a path that the router cannot decode, or a path parameter that is too long. No hook runs for these requests. */
function answerInvalidUrl(
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
  configuration: Configuration,
): void {
  reply.hijack();
  const requestId = newId();
  const appError = toAppError(error);
  logInvalidRequest(appError, requestId, clientAddress(request));
  const problem = rawProblem(appError, requestId, request.raw.url ?? '/', configuration);
  reply.raw
    .writeHead(problem.status, problem.headers)
    .end(request.method === 'HEAD' ? undefined : problem.body);
}
