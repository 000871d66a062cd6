import { Injectable, Logger } from '@nestjs/common';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { scopeOfRequest } from '#libs/http';
import { isUuid } from '#libs/kernel';
import { type Count, type Distribution, Metrics, type Series, PreformattedLine } from '#libs/observability';

/** Routes that monitoring calls periodically; their requests are logged at the level `debug`. */
const PROBES = /^\/(?:health\/|metrics$)/;

/** Requests without a route share one series, so that clients cannot create series by choosing paths. */
const NO_ROUTE = '(none)';

/**
 * Request durations by route, method and status class; `cut_off` if the client disconnected before the end of the response.
 * Series are cached: a request costs two map lookups and an addition.
 */
@Injectable()
export class RequestMetrics {
  private readonly durations: Series<'route' | 'method' | 'status', Distribution>;
  private readonly problems: Series<'code' | 'status', Count>;
  private readonly routes = new Map<string, Map<string, Distribution>>();
  private readonly problemCounts = new Map<string, Count>();

  constructor(metrics: Metrics) {
    this.durations = metrics.histogram({
      name: 'veritrail_http_request_duration_seconds',
      help: 'Time from the first header of a request to the last byte of its response.',
      labels: ['route', 'method', 'status'],
    });
    this.problems = metrics.counter({
      name: 'veritrail_problems_total',
      help: 'Problem responses, by code.',
      labels: ['code', 'status'],
    });
  }

  /** `route` is the route template, null without a route; `status` is null when the response was cut off. */
  observe(method: string, route: string | null, status: number | null, seconds: number): void {
    const name = route ?? NO_ROUTE;
    let ofRoute = this.routes.get(name);
    if (!ofRoute) this.routes.set(name, (ofRoute = new Map<string, Distribution>()));
    const outcome = status === null ? 'cut_off' : `${Math.trunc(status / 100)}xx`;
    const key = method + outcome;
    let series = ofRoute.get(key);
    if (!series) {
      series = this.durations.of({ route: name, method, status: outcome });
      ofRoute.set(key, series);
    }
    series.observe(seconds);
  }

  countProblem(code: string, status: number): void {
    let count = this.problemCounts.get(code);
    if (!count) {
      count = this.problems.of({ code, status: String(status) });
      this.problemCounts.set(code, count);
    }
    count.add();
  }
}

/**
 * Logs one line per request after its response, and measures it. The line contains no header, body or query, and of the path
 * only the route template and the id. Probes are logged at the level `debug`.
 */
export function observeRequests(fastify: FastifyInstance, metrics: RequestMetrics): void {
  const logger = new Logger('Access');
  fastify.addHook('onRequest', (request, reply, done) => {
    const begun = performance.now();
    // Also emitted when the client disconnects; Fastify's onResponse hook is not.
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

/** The route template; null without a route. */
function routeOf(request: FastifyRequest): string | null {
  return request.is404 ? null : (request.routeOptions.url ?? null);
}

function write(logger: Logger, request: FastifyRequest, reply: FastifyReply, milliseconds: number): void {
  const route = routeOf(request);
  const line = lineOf(request, reply, route, milliseconds);
  if (route !== null && PROBES.test(route)) logger.debug(line);
  else logger.log(line);
}

/** Values are written without redaction: never add a secret. */
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

/** The `id` of the path if it is a UUID; other values are untrusted text and are not logged. */
function idOf(params: unknown): string {
  const id = (params as { id?: unknown } | null)?.id;
  return typeof id === 'string' && isUuid(id) ? `,"id":"${id}"` : '';
}
