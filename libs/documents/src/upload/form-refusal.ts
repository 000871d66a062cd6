import { BadRequestError, PayloadTooLargeError } from '#libs/kernel';

const CONNECTION_LOST = new Set([
  'ECONNRESET',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'EPIPE',
]);
/** Those of @fastify/busboy, which have no codes. */
const MULTIPART_MESSAGES = /multipart|boundary|^(?:Part|Preamble) terminated|Malformed content type/i;

/** The parser's own errors are all the client's doing: too many parts, or a body that is no whole form. */
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
