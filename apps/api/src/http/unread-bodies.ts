import { type Socket } from 'node:net';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { contentLength, hasBody } from './request-bodies.js';

/** Up to this size, reading the rest of a body costs less than a new connection. */
const SMALL_BYTES = 64 * 1024;
const LINGER_MS = 5000;

/**
 * Handles a request body that the handler did not read before the response. A small body is discarded and the connection
 * stays open. After a large body the connection closes, but the server first discards incoming bytes for up to 5 s: closing
 * while bytes arrive would reset the connection, and the client could lose the response (RFC 9112, section 9.6).
 */
export function discardUnreadBody(request: FastifyRequest, reply: FastifyReply): void {
  // Fastify closes the connection after every body that it could not parse, even if the body arrived completely.
  if (request.raw.complete) {
    reply.removeHeader('connection');
    return;
  }
  if (!hasBody(request.raw)) return;
  const length = contentLength(request.raw);
  if (length !== null && length <= SMALL_BYTES) {
    reply.raw.once('finish', () => destroyUnlessComplete(request, request.raw.socket));
  } else {
    reply.header('connection', 'close');
    linger(request, request.raw.socket);
  }
}

function destroyUnlessComplete(request: FastifyRequest, socket: Socket): void {
  if (request.raw.complete) return;
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  request.raw.once('close', () => clearTimeout(timer));
}

/** Node calls `destroySoon` after it wrote the response. This replacement half-closes the socket and continues to read. */
function linger(request: FastifyRequest, socket: Socket): void {
  socket.destroySoon = () => {
    socket.end();
    request.raw.resume();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
    request.raw.once('close', () => socket.destroy());
  };
}
