import { IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
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
import { readAddress } from '#libs/http';
import { ExpectationFailedError, rawProblem, rawProblemMessage } from '#libs/problems';
import { MAX_HEADERS } from './request-head.js';

const logger = new Logger('Access');
/** The connections of each server that have not carried a request yet, for example those that browsers open in advance. */
const unusedSockets = new WeakMap<Server, Set<Socket>>();
/** The last request and response of a connection: an error response must not be written into a running response. */
const lastExchanges = new WeakMap<Duplex, { request: IncomingMessage; response: ServerResponse }>();

/** Maps error codes of llhttp and of Node's timers to problems. */
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
 * Answers requests that the HTTP parser rejected with a problem and closes the connection, after the responses to earlier
 * requests on it (RFC 9112, section 9.3.2).
 */
export function answerParserErrors(configuration: Configuration) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    const { request, response } = lastExchanges.get(socket) ?? {};
    const isAnswering = response !== undefined && !response.writableFinished && !response.destroyed;
    if (error.code === 'ECONNRESET' || !socket.writable || (isAnswering && response.headersSent)) {
      socket.destroy();
    } else if (isAnswering && request?.complete) {
      response.once('close', () => refuse(socket, errorOf(error.code), configuration));
    } else {
      refuse(socket, errorOf(error.code), configuration);
    }
  };
}

/** Handles the events that Node would answer itself, or not at all: CONNECT, and `Expect` headers. */
export function handleConnectionEvents(server: Server, configuration: Configuration): void {
  server.maxHeadersCount = MAX_HEADERS;
  const unused = new Set<Socket>();
  unusedSockets.set(server, unused);
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    unused.delete(request.socket);
    lastExchanges.set(request.socket, { request, response });
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    refuse(socket, new MethodNotAllowedError(undefined, { headers: { allow: '' } }), configuration);
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const requestId = newId();
    const error = new ExpectationFailedError();
    logInvalidRequest(error, requestId, readAddress(request.socket.remoteAddress ?? ''));
    const { status, headers, body } = rawProblem(error, requestId, request.url ?? '/', configuration);
    response.writeHead(status, headers).end(body);
  });
  // 100 Continue is sent when the body is first read: a refused client does not send its body at all.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    request._read = (size) => {
      // Restores the method of the class.
      Reflect.deleteProperty(request, '_read');
      if (!response.headersSent) response.writeContinue();
      request._read(size);
    };
    server.emit('request', request, response);
  });
}

/** Closes connections without a request in progress, also those that never carried one. */
export function closeIdleConnections(server: Server): void {
  server.closeIdleConnections();
  for (const socket of unusedSockets.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy();
}

/** Writes the access log line of a request that failed before any hook ran. */
export function logInvalidRequest(error: AppError, requestId: string, ip: string | null): void {
  const { status, code } = error;
  logger.log({ message: `(unreadable) ${status}`, requestId, method: null, route: null, status, code, ip });
}

function refuse(socket: Duplex, error: AppError, configuration: Configuration): void {
  if (!socket.writable) return;
  const requestId = newId();
  logInvalidRequest(
    error,
    requestId,
    readAddress(socket instanceof Socket ? (socket.remoteAddress ?? '') : ''),
  );
  socket.end(rawProblemMessage(rawProblem(error, requestId, '/', configuration)), () => socket.destroy());
}
