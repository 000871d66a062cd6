import { type FastifyInstance } from 'fastify';
import { BadRequestError } from '#libs/kernel';

/** What a query may be written in (RFC 3986, section 3.4); everything else has to be escaped. */
const WRITTEN = /^[\x21-\x7e]*$/;

/**
 * Refuses a query that is no text: bytes outside of ASCII, a percent sign that escapes nothing, and escapes that are not
 * UTF-8. Parsers put a replacement character in the place of such bytes, and something else would be looked for than was asked.
 */
export function refuseUnreadableQueries(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const url = request.raw.url ?? '';
    const mark = url.indexOf('?');
    done(
      mark === -1 || isText(url.slice(mark + 1))
        ? undefined
        : new BadRequestError('The query is not valid UTF-8'),
    );
  });
}

function isText(query: string): boolean {
  if (!WRITTEN.test(query)) return false;
  if (!query.includes('%')) return true;
  try {
    decodeURIComponent(query);
    return true;
  } catch {
    return false;
  }
}
