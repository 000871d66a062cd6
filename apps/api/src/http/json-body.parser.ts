import { type FastifyInstance } from 'fastify';
import { BadRequestError, parseJson } from '#libs/kernel';

/** JSON is the only body that is parsed; whatever else arrives is refused by the server with 415. */
export function acceptJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      // Clients that always send the header send it without a body too; validation says whether one was needed.
      done(null, body.length === 0 ? undefined : parseJson(body as Buffer));
    } catch (error) {
      done(error instanceof BadRequestError ? error : new BadRequestError('The body is not valid JSON'));
    }
  });
}
