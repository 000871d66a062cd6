import { Logger } from '@nestjs/common';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { isUuid, scopeOfRequest } from '#libs/kernel';

/**
 * One line a request, when its answer has left: who asked for which route and what came of it. No header, no body and no
 * query is in it, and of the path only what matched a route. Probes are logged at the level debug.
 */
export function logAccess(fastify: FastifyInstance): void {
  const logger = new Logger('Access');
  fastify.addHook('onRequest', (request, reply, done) => {
    const begun = performance.now();
    // "close" comes also when the client went away, which Fastify's own hook does not tell.
    reply.raw.once('close', () => write(logger, request, reply, performance.now() - begun));
    done();
  });
}

function write(logger: Logger, request: FastifyRequest, reply: FastifyReply, milliseconds: number): void {
  const { requestId, ip, actor } = scopeOfRequest(request);
  const route = request.is404 ? null : (request.routeOptions.url ?? null);
  const status = reply.raw.statusCode;
  const line = {
    message: `${request.method} ${route ?? '(no route)'} ${status}`,
    requestId,
    method: request.method,
    route,
    ...idOf(request.params),
    status,
    milliseconds: Math.round(milliseconds * 10) / 10,
    ip,
    actorId: actor.id,
    ...(reply.raw.writableFinished ? {} : { cutOff: true }),
  };
  if (route?.startsWith('/health/')) logger.debug(line);
  else logger.log(line);
}

/** The identifier in the path, when it is one: anything else there is a stranger's text. */
function idOf(params: unknown): { id?: string } {
  const id = (params as { id?: unknown } | null)?.id;
  return typeof id === 'string' && isUuid(id) ? { id } : {};
}
