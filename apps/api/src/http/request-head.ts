import { type IncomingMessage } from 'node:http';
import { type FastifyInstance } from 'fastify';
import { type AppError, BadRequestError, HeadersTooLargeError } from '#libs/kernel';

const HOST = /^(?:[a-z0-9](?:[a-z0-9_.-]{0,252}[a-z0-9.])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** Beyond this number Node drops headers without a word, so whoever reaches it is refused. */
export const MAX_HEADERS = 200;

/** Node keeps the first of several and drops the others without a word; a proxy in front may keep the last. */
const SINGLE_HEADERS = new Set(['host', 'authorization', 'content-type']);
const SINGLE_HEADER_LENGTHS = new Set([...SINGLE_HEADERS].map((name) => name.length));

/**
 * Refuses a request without exactly one valid `Host` (RFC 9112, section 3.2), one that gives twice what can only be said
 * once, one whose body comes in another transfer coding than chunks, and one with more headers than are read: two servers
 * could read two requests. So nothing more is read from the connection of such a one.
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
 * The parser looks for `chunked` at the end and takes what stands before it for nothing, so `gzip, chunked` would be read
 * as plain chunks. HTTP/1.0 has no transfer codings: there it is faulty framing (RFC 9112, section 6.1).
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

/** HTTP/1.0 has no Host; whoever sends one all the same sends one that is valid. */
function hasValidHost({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.host === undefined ? httpVersion === '1.0' : HOST.test(headers.host);
}

/** What a query may be written in (RFC 3986, section 3.4); everything else has to be escaped. */
const QUERY_CHARACTERS = /^[\x21-\x7e]*$/;

/**
 * Refuses a query that is no text: bytes outside of ASCII, a percent sign that escapes nothing, and escapes that are not
 * UTF-8. Parsers put a replacement character in the place of such bytes, and something else would be looked for than was asked.
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
