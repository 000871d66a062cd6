import { type IncomingMessage } from 'node:http';
import { type FastifyInstance } from 'fastify';
import { type AppError, BadRequestError, HeadersTooLargeError } from '#libs/kernel';

const HOST = /^(?:[a-z0-9](?:[a-z0-9_.-]{0,252}[a-z0-9.])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** Node silently drops headers beyond this number, so a request that reaches it is refused. */
export const MAX_HEADERS = 200;

/** Headers of which Node silently keeps only the first; a proxy may keep the last instead. */
const SINGLE_HEADERS = new Set(['host', 'authorization', 'content-type']);
const SINGLE_HEADER_LENGTHS = new Set([...SINGLE_HEADERS].map((name) => name.length));

/**
 * Prevents request smuggling: refuses requests without exactly one valid `Host` (RFC 9112, section 3.2), with a repeated
 * single-value header, with a transfer coding other than chunked, or with too many headers. A proxy could interpret such a
 * request differently, so the connection closes after the response.
 */
export function refuseAmbiguousHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const error = findHeaderError(request.raw);
    if (error) reply.raw.shouldKeepAlive = false;
    done(error ?? undefined);
  });
}

function findHeaderError(request: IncomingMessage): AppError | null {
  const { rawHeaders } = request;
  if (rawHeaders.length >= 2 * MAX_HEADERS)
    return new HeadersTooLargeError('There are too many header fields');
  const repeated = findRepeatedHeader(rawHeaders);
  if (repeated !== null) return new BadRequestError(`The header ${repeated} occurs twice`);
  if (!hasSupportedFraming(request))
    return new BadRequestError('The server accepts only the transfer coding chunked, and only over HTTP/1.1');
  return hasValidHost(request) ? null : new BadRequestError('The request must have a valid Host header');
}

/**
 * Node's parser ignores codings before the final `chunked`, so it would read `gzip, chunked` as plain chunks. In HTTP/1.0 a
 * transfer coding is faulty framing (RFC 9112, section 6.1).
 */
function hasSupportedFraming({ headers, httpVersion }: IncomingMessage): boolean {
  const coding = headers['transfer-encoding'];
  return coding === undefined || (httpVersion === '1.1' && coding.trim().toLowerCase() === 'chunked');
}

function findRepeatedHeader(rawHeaders: readonly string[]): string | null {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const raw = rawHeaders[index] ?? '';
    if (!SINGLE_HEADER_LENGTHS.has(raw.length)) continue;
    const name = raw.toLowerCase();
    if (SINGLE_HEADERS.has(name) && seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}

/** HTTP/1.0 requests may omit Host; if they send it, it must be valid. */
function hasValidHost({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.host === undefined ? httpVersion === '1.0' : HOST.test(headers.host);
}

/** Printable ASCII; all other characters of a query must be percent-encoded (RFC 3986, section 3.4). */
const QUERY_CHARACTERS = /^[\x21-\x7e]*$/;

/**
 * Refuses a query with bytes outside ASCII, invalid percent-encoding, or escapes that are not UTF-8. Parsers would replace
 * such bytes by U+FFFD, and the search would use a different text than the client sent.
 */
export function refuseInvalidQueries(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const url = request.raw.url ?? '';
    const mark = url.indexOf('?');
    done(
      mark === -1 || isUtf8Query(url.slice(mark + 1))
        ? undefined
        : new BadRequestError('The query is not valid UTF-8'),
    );
  });
}

function isUtf8Query(query: string): boolean {
  if (!QUERY_CHARACTERS.test(query)) return false;
  if (!query.includes('%')) return true;
  try {
    decodeURIComponent(query);
    return true;
  } catch {
    return false;
  }
}
