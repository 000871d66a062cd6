import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type OperationMetadata } from '#libs/http';
import { type AppError, PayloadTooLargeError, UnsupportedMediaTypeError } from '#libs/kernel';
import { announcedLength, announcesBody } from './request-body.js';
import { operationOf } from './request-scope.hook.js';

type Kind = NonNullable<OperationMetadata['body']>;

const TAKES_BODY = new Set(['POST', 'PUT', 'PATCH']);
const MEDIA_TYPE = {
  json: /^application\/json[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i,
  multipart: /^multipart\/form-data[ \t]*;/i,
};
const WANTED = { json: 'application/json', multipart: 'multipart/form-data' };

/**
 * Refuses, before a byte of it is read, a body that the route does not take: another media type, a compressed one, any
 * body where none is taken, or one that says it is too long.
 */
export function refuseForeignBodies(fastify: FastifyInstance, maxJsonBytes: number): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (announcesBody(request.raw)) {
      done(objection(request, maxJsonBytes) ?? undefined);
    } else {
      // The type of nothing means nothing; some clients send it all the same.
      delete request.raw.headers['content-type'];
      done();
    }
  });
}

function objection(request: FastifyRequest, maxJsonBytes: number): AppError | null {
  const kind = kindOf(request);
  const { 'content-type': contentType = '', 'content-encoding': encoding } = request.headers;
  if (kind === 'none') return new UnsupportedMediaTypeError('This address does not accept a body');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return new UnsupportedMediaTypeError('The body must not be compressed', {
      headers: { 'accept-encoding': 'identity' },
    });
  }
  if (!MEDIA_TYPE[kind].test(contentType)) {
    return new UnsupportedMediaTypeError(`The body must be ${WANTED[kind]}`, {
      headers: { accept: WANTED[kind] },
    });
  }
  return kind === 'json' && (announcedLength(request.raw) ?? 0) > maxJsonBytes
    ? tooLarge(maxJsonBytes)
    : null;
}

function kindOf(request: FastifyRequest): Kind {
  return operationOf(request)?.body ?? (TAKES_BODY.has(request.method) ? 'json' : 'none');
}

/** The answer to a JSON body over the limit, whether it said so or went on. */
export function tooLarge(maxJsonBytes: number): PayloadTooLargeError {
  return new PayloadTooLargeError(`The body is larger than ${maxJsonBytes} bytes`);
}
