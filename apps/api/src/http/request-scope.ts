import { Logger } from '@nestjs/common';
import { type FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Configuration } from '#libs/config';
import { attachScope, type OperationMetadata, readAddress, trustedProxies } from '#libs/http';
import { Actor, emptyDraft, newId } from '#libs/kernel';
import { withLogContext } from '#libs/observability';
import { securityHeadersFor, STRICT_TRANSPORT_SECURITY } from '#libs/problems';

const MAX_USER_AGENT_LENGTH = 400;
const REQUEST_ID = /^[\w.:-]{8,128}$/;

/** The declaration of the route; null for unknown addresses and for routes outside the contract. */
export function operationOf(request: FastifyRequest): OperationMetadata | null {
  return (request.routeOptions.config as { operation?: OperationMetadata }).operation ?? null;
}

/**
 * Attaches a scope to every request before any other hook, and adds the request id and security headers to every response.
 * An `X-Request-Id` is accepted from a trusted proxy only: a client could otherwise reuse the id of another client's request.
 */
export function attachRequestScope(app: NestFastifyApplication, configuration: Configuration): void {
  const behindProxy = configuration.http.trustedProxies.length > 0;
  const warn = warnOfUntrustedProxy(configuration);
  // The adapter's hook runs before all others, also before its own answer to `OPTIONS *`.
  const adapter = app.getHttpAdapter() as unknown as FastifyAdapter;
  adapter.setOnRequestHook((request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const requestId = (behindProxy && idFromProxy(request)) || newId();
    openScope(request, requestId);
    warn(request);
    reply.headers(securityHeadersFor(request.raw.url ?? '/'));
    reply.header('x-request-id', requestId);
    if (behindProxy && request.protocol === 'https') {
      reply.header('strict-transport-security', STRICT_TRANSPORT_SECURITY);
    }
    withLogContext({ requestId }, done);
  });
}

/** Attaches a scope with an anonymous actor. */
export function openScope(request: FastifyRequest, requestId: string): void {
  attachScope(request, {
    requestId,
    ip: clientAddress(request),
    userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT_LENGTH) ?? null,
    actor: Actor.anonymous(),
    operation: operationOf(request),
    draft: emptyDraft(),
    bodyDigest: null,
  });
}

/**
 * The address of the client: from `X-Forwarded-For` behind a trusted proxy, otherwise of the connection; also of the connection
 * if the proxy sends something that is not an address.
 */
export function clientAddress(request: FastifyRequest): string {
  const { remoteAddress = '' } = request.raw.socket;
  return readAddress(request.ip) ?? readAddress(remoteAddress) ?? remoteAddress;
}

/** Warns once: behind a proxy that is not trusted, all clients share the proxy's address and its rate limit. */
export function warnOfUntrustedProxy({ http, mode }: Configuration): (request: FastifyRequest) => void {
  const trusts = trustedProxies(http.trustedProxies);
  let warned = mode !== 'production';
  return ({ headers, raw }) => {
    if (warned || headers['x-forwarded-for'] === undefined || trusts(raw.socket.remoteAddress ?? '')) return;
    warned = true;
    new Logger('Http').warn(
      `A request came with X-Forwarded-For from ${raw.socket.remoteAddress}, which is not in TRUST_PROXY: all clients of this proxy count as one address`,
    );
  };
}

/** `request.ips` has more than one address only if the connection comes from a trusted proxy. */
function idFromProxy(request: FastifyRequest): string | null {
  const id = request.headers['x-request-id'];
  const fromProxy = (request.ips?.length ?? 0) > 1;
  return fromProxy && typeof id === 'string' && REQUEST_ID.test(id) ? id : null;
}
