import { type FastifyInstance, type FastifyReply } from 'fastify';
import { entityTag, namesTag, type Success, textTag } from '#libs/http';
import { operationOf } from './request-scope.hook.js';

/**
 * Adds what HTTP says about a JSON answer: `Location` of what was created, `ETag` of a body with a `revision` or of one
 * whose operation is `tagged`, how long it may be kept, and 304 for a GET whose `If-None-Match` names it (RFC 9110,
 * section 13.1.2). The handler and its guards have run by then: what was revoked is refused, whatever a client still has.
 */
export function describeRepresentations(fastify: FastifyInstance): void {
  fastify.addHook('preSerialization', (_request, reply, payload: unknown, done) => {
    if (typeof payload === 'object' && payload !== null && reply.statusCode < 300) {
      const location = successOf(reply)?.location;
      if (location) reply.header('location', location(payload as never));
      const { revision } = payload as { revision?: unknown };
      if (Number.isInteger(revision)) reply.header('etag', entityTag(revision as number));
    }
    done(null, payload);
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || reply.statusCode !== 200 || typeof payload !== 'string') {
      done(null, payload);
      return;
    }
    const { caching, tagged } = successOf(reply) ?? {};
    if (caching) reply.header('cache-control', caching);
    if (tagged) reply.header('etag', textTag(payload));
    const condition = request.headers['if-none-match'];
    const tag = condition === undefined ? undefined : reply.getHeader('etag');
    if (condition === undefined || typeof tag !== 'string' || !namesTag(condition, tag, 'weak')) {
      done(null, payload);
      return;
    }
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    done(null, null);
  });
}

function successOf(reply: FastifyReply): Success | undefined {
  const success = operationOf(reply.request)?.success;
  if (success === undefined || !('length' in success))
    return success?.status === reply.statusCode ? success : undefined;
  return success.find(({ status }) => status === reply.statusCode);
}
