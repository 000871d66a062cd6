import { type Socket } from 'node:net';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { contentLength, hasBody } from './request-bodies.js';

/** So little that reading it to its end costs less than a new connection. */
const SMALL_BYTES = 64 * 1024;
const LINGER_MS = 5000;

/**
 * What becomes of a body that nobody read because the answer came first. A small one is read away and the connection
 * lives on. After a large one the connection closes, but not at once: closing while bytes arrive makes the client's
 * system throw the answer away unread, so they are discarded for five seconds at most (RFC 9112, section 9.6).
 */
export function discardUnreadBody(request: FastifyRequest, reply: FastifyReply): void {
  // The framework closes the connection after every body that it could not parse, even if all of it is here.
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

/** Node calls `destroySoon` once the answer is written. Ours sends the end of the answer and goes on reading. */
function linger(request: FastifyRequest, socket: Socket): void {
  socket.destroySoon = () => {
    socket.end();
    request.raw.resume();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
    request.raw.once('close', () => socket.destroy());
  };
}
