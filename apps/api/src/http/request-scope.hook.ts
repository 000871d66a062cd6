import { type FastifyInstance } from 'fastify';
import { Actor, attachScope, emptyDraft, newId } from '#libs/kernel';

const MAX_USER_AGENT_LENGTH = 400;

/** Gives every request its scope before anything else looks at it, and names it in the answer. */
export function attachRequestScope(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const requestId = newId();
    attachScope(request, {
      requestId,
      ip: request.ip,
      userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT_LENGTH) ?? null,
      actor: Actor.anonymous(),
      operation: null,
      draft: emptyDraft(),
      bodyDigest: null,
    });
    reply.header('x-request-id', requestId);
    done();
  });
}
