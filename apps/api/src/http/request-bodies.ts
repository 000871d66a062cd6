import { type IncomingMessage } from 'node:http';
import { type Readable } from 'node:stream';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type Configuration } from '#libs/config';
import { type OperationMetadata, parseJson } from '#libs/http';
import {
  type AppError,
  BadRequestError,
  PayloadTooLargeError,
  RequestTimeoutError,
  UnsupportedMediaTypeError,
} from '#libs/kernel';
import { operationOf } from './request-scope.js';

type BodyKind = NonNullable<OperationMetadata['body']>;

const DEFAULT_BODY_BYTES = 64 * 1024;
const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);
const MEDIA_TYPE_PATTERN = {
  json: /^application\/json[ \t]*(?:;[ \t]*charset="?utf-?8"?[ \t]*)?(?:;[ \t]*)?$/i,
  multipart: /^multipart\/form-data[ \t]*;/i,
};
const MEDIA_TYPE_NAME = { json: 'application/json', multipart: 'multipart/form-data' };

/** Whether the headers announce a body (RFC 9112, section 6.3); a chunked body may still be empty. */
export function hasBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return (
    headers['transfer-encoding'] !== undefined ||
    (headers['content-length'] !== undefined && Number(headers['content-length']) > 0)
  );
}

/** The `Content-Length` in bytes; null for a chunked body. */
export function contentLength({ headers }: Pick<IncomingMessage, 'headers'>): number | null {
  return headers['content-length'] === undefined ? null : Number(headers['content-length']);
}

/**
 * Refuses a body before it is read if the route does not accept it: wrong media type, content encoding, a `Content-Length`
 * over the limit, or any body on a route without one.
 */
export function refuseUnsupportedBodies(fastify: FastifyInstance, maxJsonBytes: number): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (hasBody(request.raw)) {
      done(findBodyError(request, maxJsonBytes) ?? undefined);
    } else {
      // Some clients send Content-Type without a body; Fastify would then try to parse one.
      delete request.raw.headers['content-type'];
      done();
    }
  });
}

function findBodyError(request: FastifyRequest, maxJsonBytes: number): AppError | null {
  const kind = kindOf(request);
  const { 'content-type': contentType = '', 'content-encoding': encoding } = request.headers;
  if (kind === 'none') return new UnsupportedMediaTypeError('This address does not accept a body');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return new UnsupportedMediaTypeError('The body must not be compressed', {
      headers: { 'accept-encoding': 'identity' },
    });
  }
  if (!MEDIA_TYPE_PATTERN[kind].test(contentType)) {
    return new UnsupportedMediaTypeError(`The body must be ${MEDIA_TYPE_NAME[kind]}`, {
      headers: { accept: MEDIA_TYPE_NAME[kind] },
    });
  }
  const maxBytes = maxBytesOf(request, maxJsonBytes);
  return kind === 'json' && (contentLength(request.raw) ?? 0) > maxBytes ? tooLarge(maxBytes) : null;
}

/** The limit of the operation within the limit of the server. */
function maxBytesOf(request: FastifyRequest, maxJsonBytes: number): number {
  return Math.min(maxJsonBytes, operationOf(request)?.maxBodyBytes ?? DEFAULT_BODY_BYTES);
}

function kindOf(request: FastifyRequest): BodyKind {
  return operationOf(request)?.body ?? (METHODS_WITH_BODY.has(request.method) ? 'json' : 'none');
}

function tooLarge(maxBytes: number): PayloadTooLargeError {
  return new PayloadTooLargeError(`The body is larger than ${maxBytes} bytes`);
}

/** Parses JSON bodies. Upload handlers read multipart bodies from the stream. */
export function acceptJsonBodies(fastify: FastifyInstance, { http }: Configuration): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    async (request: FastifyRequest, payload: IncomingMessage): Promise<unknown> => {
      const body = await readBody(payload, {
        maxBytes: maxBytesOf(request, http.maxJsonBytes),
        timeoutMs: http.requestTimeoutMs,
      });
      // An empty body counts as absent: validation reports it where a body is required.
      return body.length === 0 ? undefined : parseJson(body);
    },
  );
}

/**
 * Reads the whole body. Rejects with 413 at the first byte over `maxBytes`, with 408 when the body is not complete after
 * `timeoutMs`, and with 400 when the client disconnects. Stops reading after a rejection.
 */
function readBody(
  payload: Readable,
  { maxBytes, timeoutMs }: { maxBytes: number; timeoutMs: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => refuse(new RequestTimeoutError()), timeoutMs);
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > maxBytes) refuse(tooLarge(maxBytes));
    };
    const onEnd = (): void => {
      stop();
      resolve(Buffer.concat(chunks, length));
    };
    const onIncomplete = (): void => refuse(new BadRequestError('The body ended before it was complete'));
    const stop = (): void => {
      clearTimeout(timer);
      payload.off('data', onData).off('end', onEnd).off('error', onIncomplete).off('close', onIncomplete);
    };
    const refuse = (error: AppError): void => {
      stop();
      payload.pause();
      reject(error);
    };
    payload.on('data', onData).on('end', onEnd).on('error', onIncomplete).on('close', onIncomplete);
  });
}
