import { IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { type Duplex } from 'node:stream';
import { Logger } from '@nestjs/common';
import { type Configuration } from '#libs/config';
import {
  AppError,
  BadRequestError,
  HeadersTooLargeError,
  MethodNotAllowedError,
  newId,
  PayloadTooLargeError,
  RequestTimeoutError,
} from '#libs/kernel';
import { ExpectationFailedError, rawProblem, rawProblemMessage } from '#libs/problems';
import { MAX_HEADERS } from './request-head.js';

const logger = new Logger('Access');
/** The connections of each server on which nothing was ever said; browsers open some to have them when they need one. */
const silent = new WeakMap<Server, Set<Socket>>();
/** The last request of a connection and its answer, into which a second one must not be written. */
const exchanges = new WeakMap<Duplex, { request: IncomingMessage; response: ServerResponse }>();

/** What llhttp and Node's own timers say, in the words of the contract. */
function errorOf(code: string | undefined): AppError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HeadersTooLargeError();
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new PayloadTooLargeError('The chunk extensions are too large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RequestTimeoutError();
    default:
      return new BadRequestError('This is not a valid HTTP request');
  }
}

/**
 * Answers what the HTTP parser refused, as a problem like any other, and closes the connection. Answers to earlier requests
 * on it leave first (RFC 9112, section 9.3.2).
 */
export function answerParserErrors(configuration: Configuration) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    const { request, response } = exchanges.get(socket) ?? {};
    const answering = response !== undefined && !response.writableFinished && !response.destroyed;
    if (error.code === 'ECONNRESET' || !socket.writable || (answering && response.headersSent)) {
      socket.destroy();
    } else if (answering && request?.complete) {
      response.once('close', () => refuse(socket, errorOf(error.code), configuration));
    } else {
      refuse(socket, errorOf(error.code), configuration);
    }
  };
}

/** What Node would answer by itself, or not at all, once the server exists. */
export function ruleConnections(server: Server, configuration: Configuration): void {
  server.maxHeadersCount = MAX_HEADERS;
  const waiting = new Set<Socket>();
  silent.set(server, waiting);
  server.on('connection', (socket: Socket) => {
    waiting.add(socket);
    socket.once('close', () => waiting.delete(socket));
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    waiting.delete(request.socket);
    exchanges.set(request.socket, { request, response });
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    refuse(socket, new MethodNotAllowedError(undefined, { headers: { allow: '' } }), configuration);
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const requestId = newId();
    const error = new ExpectationFailedError();
    logUnreadable(error, requestId, request.socket.remoteAddress ?? null);
    const { status, headers, body } = rawProblem(error, requestId, request.url ?? '/', configuration);
    response.writeHead(status, headers).end(body);
  });
  // "Go on" is said when somebody wants the body: a refusal then comes before a gigabyte was sent in vain.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    request._read = (size) => {
      // Only once: from now on the one of the class again.
      Reflect.deleteProperty(request, '_read');
      if (!response.headersSent) response.writeContinue();
      request._read(size);
    };
    server.emit('request', request, response);
  });
}

/** Closes what waits for nothing: connections between two requests, and those on which none ever began. */
export function closeWaitingConnections(server: Server): void {
  server.closeIdleConnections();
  for (const socket of silent.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy();
}

/** The line of the access log for a request that no hook ever saw. */
export function logUnreadable(error: AppError, requestId: string, ip: string | null): void {
  const { status, code } = error;
  logger.log({ message: `(unreadable) ${status}`, requestId, method: null, route: null, status, code, ip });
}

function refuse(socket: Duplex, error: AppError, configuration: Configuration): void {
  if (!socket.writable) return;
  const requestId = newId();
  logUnreadable(error, requestId, 'remoteAddress' in socket ? String(socket.remoteAddress) : null);
  socket.end(rawProblemMessage(rawProblem(error, requestId, '/', configuration)), () => socket.destroy());
}
