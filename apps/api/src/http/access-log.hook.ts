import { Logger } from '@nestjs/common';
import { type FastifyInstance } from 'fastify';
import { isUuid, scopeOfRequest } from '#libs/kernel';

/**
 * One line a request, when its answer has left: who asked for which route and what came of it. No header, no body and no
 * query is in it, and of the path only what matched a route. Probes are logged at the level debug.
 */
export function logAccess(fastify: FastifyInstance): void {
  const logger = new Logger('Access');
  fastify.addHook('onResponse', (request, reply, done) => {
    const { requestId, ip, actor } = scopeOfRequest(request);
    const route = request.is404 ? null : (request.routeOptions.url ?? null);
    const line = {
      message: `${request.method} ${route ?? '(no route)'} ${reply.statusCode}`,
      requestId,
      method: request.method,
      route,
      ...idOf(request.params),
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime * 10) / 10,
      ip,
      actorId: actor.id,
      ...(reply.raw.writableFinished ? {} : { cutOff: true }),
    };
    if (route?.startsWith('/health/')) logger.debug(line);
    else logger.log(line);
    done();
  });
}

/** The identifier in the path, when it is one: anything else there is a stranger's text. */
function idOf(params: unknown): { id?: string } {
  const id = (params as { id?: unknown } | null)?.id;
  return typeof id === 'string' && isUuid(id) ? { id } : {};
}
