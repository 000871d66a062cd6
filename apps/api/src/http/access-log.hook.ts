import { Logger } from '@nestjs/common';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { scopeOfRequest } from '#libs/http';
import { isUuid } from '#libs/kernel';
import { PreformattedLine } from '#libs/observability';
import { type RequestMetrics } from './request-metrics.js';

/** What asks again and again, and is of interest only when it fails. */
const PROBES = /^\/(?:health\/|metrics$)/;

/**
 * One line a request, when its answer has left: who asked for which route and what came of it. No header, no body and no
 * query is in it, and of the path only what matched a route. Probes are logged at the level debug. Measured as well.
 */
export function watchRequests(fastify: FastifyInstance, metrics: RequestMetrics): void {
  const logger = new Logger('Access');
  fastify.addHook('onRequest', (request, reply, done) => {
    const begun = performance.now();
    // "close" comes also when the client went away, which Fastify's own hook does not tell.
    reply.raw.once('close', () => {
      const milliseconds = performance.now() - begun;
      measure(metrics, request, reply, milliseconds);
      write(logger, request, reply, milliseconds);
    });
    done();
  });
}

function measure(
  metrics: RequestMetrics,
  request: FastifyRequest,
  reply: FastifyReply,
  milliseconds: number,
): void {
  const status = reply.raw.writableFinished ? reply.raw.statusCode : null;
  metrics.observe(request.method, routeOf(request), status, milliseconds / 1000);
}

/** The template of the route; null when none took the request. */
function routeOf(request: FastifyRequest): string | null {
  return request.is404 ? null : (request.routeOptions.url ?? null);
}

function write(logger: Logger, request: FastifyRequest, reply: FastifyReply, milliseconds: number): void {
  const route = routeOf(request);
  const line = lineOf(request, reply, route, milliseconds);
  if (route !== null && PROBES.test(route)) logger.debug(line);
  else logger.log(line);
}

/** Member by member: whatever is added here is written as it is, so it must be nobody's secret. */
function lineOf(
  request: FastifyRequest,
  reply: FastifyReply,
  route: string | null,
  milliseconds: number,
): PreformattedLine {
  const { requestId, ip, actor } = scopeOfRequest(request);
  const { method } = request;
  const { statusCode: status, writableFinished } = reply.raw;
  const members =
    `"requestId":${JSON.stringify(requestId)},"method":"${method}","route":${JSON.stringify(route)}` +
    `${idOf(request.params)},"status":${status},"milliseconds":${Math.round(milliseconds * 10) / 10}` +
    `,"ip":${JSON.stringify(ip)},"actorId":${JSON.stringify(actor.id)}${writableFinished ? '' : ',"cutOff":true'}`;
  return new PreformattedLine(`${method} ${route ?? '(no route)'} ${status}`, members);
}

/** The identifier in the path, when it is one: anything else there is a stranger's text. */
function idOf(params: unknown): string {
  const id = (params as { id?: unknown } | null)?.id;
  return typeof id === 'string' && isUuid(id) ? `,"id":"${id}"` : '';
}
