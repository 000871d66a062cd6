import { BadRequestError, PayloadTooLargeError } from '#libs/kernel';

const CONNECTION_LOST = new Set([
  'ECONNRESET',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'EPIPE',
]);
/** Messages of @fastify/busboy, whose errors have no codes. */
const MULTIPART_MESSAGES = /multipart|boundary|^(?:Part|Preamble) terminated|Malformed content type/i;

/** Converts an error of the parser, which is always a mistake of the client: too many parts, or a malformed body. */
export function refusalOf(error: unknown, maxParts: number): unknown {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === 'FST_PARTS_LIMIT' || code === 'FST_FILES_LIMIT') {
    return new PayloadTooLargeError(`The form has more than ${maxParts} parts`, { cause: error });
  }
  const ofParser = typeof code === 'string' && (code.startsWith('FST_') || CONNECTION_LOST.has(code));
  if (ofParser || (typeof message === 'string' && MULTIPART_MESSAGES.test(message))) {
    return new BadRequestError('The multipart body is malformed or incomplete', { cause: error });
  }
  return error;
}
