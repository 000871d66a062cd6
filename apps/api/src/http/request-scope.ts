import { type FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Configuration } from '#libs/config';
import { attachScope, type OperationMetadata } from '#libs/http';
import { Actor, emptyDraft, newId } from '#libs/kernel';
import { withLogContext } from '#libs/observability';
import { securityHeadersFor, STRICT_TRANSPORT_SECURITY } from '#libs/problems';

const MAX_USER_AGENT_LENGTH = 400;
const REQUEST_ID = /^[\w.:-]{8,128}$/;

/** What the route declares; null for unknown addresses and for routes outside of the contract. */
export function operationOf(request: FastifyRequest): OperationMetadata | null {
  return (request.routeOptions.config as { operation?: OperationMetadata }).operation ?? null;
}

/**
 * Gives every request its scope before anything else looks at it, and every answer its name and the headers that all
 * answers have. An `X-Request-Id` is taken over from a trusted proxy; anybody else gets a fresh one, so that nobody can
 * have lines of the log mixed up with those of somebody else.
 */
export function attachRequestScope(app: NestFastifyApplication, configuration: Configuration): void {
  const behindProxy = configuration.http.trustedProxies.length > 0;
  // The adapter's own hook is the first there is: not even its answer to `OPTIONS *` goes without a scope.
  const adapter = app.getHttpAdapter() as unknown as FastifyAdapter;
  adapter.setOnRequestHook((request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const requestId = (behindProxy && idFromProxy(request)) || newId();
    openScope(request, requestId);
    reply.headers(securityHeadersFor(request.raw.url ?? '/'));
    reply.header('x-request-id', requestId);
    if (behindProxy && request.protocol === 'https') {
      reply.header('strict-transport-security', STRICT_TRANSPORT_SECURITY);
    }
    withLogContext({ requestId }, done);
  });
}

/** A scope that knows nobody yet. */
export function openScope(request: FastifyRequest, requestId: string): void {
  attachScope(request, {
    requestId,
    ip: request.ip,
    userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT_LENGTH) ?? null,
    actor: Actor.anonymous(),
    operation: operationOf(request),
    draft: emptyDraft(),
    bodyDigest: null,
  });
}

/** More than one address means that the connection's own is a trusted proxy's. */
function idFromProxy(request: FastifyRequest): string | null {
  const id = request.headers['x-request-id'];
  const fromProxy = (request.ips?.length ?? 0) > 1;
  return fromProxy && typeof id === 'string' && REQUEST_ID.test(id) ? id : null;
}
