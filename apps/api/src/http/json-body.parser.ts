import { type IncomingMessage } from 'node:http';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type Configuration } from '#libs/config';
import { parseJson } from '#libs/http';
import { readBody } from './read-body.js';

/** JSON is the only body that is parsed here; uploads are left in the stream for whoever takes them. */
export function acceptJsonBodies(fastify: FastifyInstance, { http }: Configuration): void {
  fastify.removeAllContentTypeParsers();
  const limits = { maxBytes: http.maxJsonBytes, timeoutMs: http.requestTimeoutMs };
  fastify.addContentTypeParser(
    'application/json',
    async (_request: FastifyRequest, payload: IncomingMessage): Promise<unknown> => {
      const body = await readBody(payload, limits);
      // Clients that always send the header send it without a body too; validation says whether one was needed.
      return body.length === 0 ? undefined : parseJson(body);
    },
  );
}
