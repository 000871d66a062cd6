import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type NewestCheckpoint } from '#libs/audit';
import { namesTag, type Success, textTag } from '#libs/http';
import { varyByOrigin } from './cors.js';
import { type DrainState } from './drain.js';
import { discardUnreadBody } from './unread-bodies.js';
import { operationOf } from './request-scope.js';

/** The longest time that the lookup of the checkpoint may delay a response. */
const CHECKPOINT_WAIT_MS = 100;
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface ResponseRules {
  readonly newest: NewestCheckpoint;
  readonly drain: DrainState;
  /** Whether browser applications of other origins may read responses. */
  readonly hasOrigins: boolean;
}

/**
 * Completes every response: representation headers, conditional requests, connection handling, and the newest checkpoint on
 * the response to a change.
 */
export function completeResponses(fastify: FastifyInstance, rules: ResponseRules): void {
  fastify.addHook('preSerialization', (_request, reply, payload: unknown, done) => {
    if (typeof payload === 'object' && payload !== null && reply.statusCode < 300) {
      describeRepresentation(reply, payload);
    }
    done(null, payload);
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const body = answerNotModified(request, reply, payload) ? null : payload;
    discardUnreadBody(request, reply);
    // The client reconnects, and the load balancer chooses another process.
    if (rules.drain.draining) reply.header('connection', 'close');
    if (rules.hasOrigins) varyByOrigin(reply);
    if (READS.has(request.method) || reply.statusCode >= 300) {
      done(null, body);
      return;
    }
    void addCheckpointHeader(reply, rules.newest).then(() => done(null, body));
  });
}

/** Sets `Location` for a created resource, and `ETag` from the member `etag` of the body. */
function describeRepresentation(reply: FastifyReply, payload: object): void {
  const location = successOf(reply)?.location;
  if (location) reply.header('location', location(payload as never));
  const { etag } = payload as { etag?: unknown };
  if (typeof etag === 'string') reply.header('etag', etag);
}

/**
 * Sets `Cache-Control`, sets `ETag` if the operation is `tagged`, and turns a GET whose `If-None-Match` has the tag into 304
 * (RFC 9110, section 13.1.2). Returns whether it did. Guards and handler have run before: a client without access gets no 304.
 */
function answerNotModified(request: FastifyRequest, reply: FastifyReply, payload: unknown): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead || reply.statusCode !== 200 || typeof payload !== 'string') return false;
  const { caching, tagged } = successOf(reply) ?? {};
  if (caching) reply.header('cache-control', caching);
  if (tagged) reply.header('etag', textTag(payload));
  const condition = request.headers['if-none-match'];
  const tag = condition === undefined ? undefined : reply.getHeader('etag');
  if (condition === undefined || typeof tag !== 'string' || !namesTag(condition, tag, 'weak')) return false;
  reply.code(304).removeHeader('content-type').removeHeader('content-length');
  return true;
}

function successOf(reply: FastifyReply): Success | undefined {
  const success = operationOf(reply.request)?.success;
  if (success === undefined || !('length' in success))
    return success?.status === reply.statusCode ? success : undefined;
  return success.find(({ status }) => status === reply.statusCode);
}

/**
 * Adds the newest checkpoint of the log as a structured field (RFC 9651). A client that stores one can later prove that the
 * history was rewritten. Absent while the log has no checkpoint.
 */
async function addCheckpointHeader(reply: FastifyReply, newest: NewestCheckpoint): Promise<void> {
  const checkpoint = await newest.findWithin(CHECKPOINT_WAIT_MS);
  if (!checkpoint) return;
  const { size, root } = checkpoint;
  reply.header('audit-checkpoint', `size=${size}, root=:${root.toString('base64')}:`);
}
