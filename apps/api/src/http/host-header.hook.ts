import { type FastifyInstance } from 'fastify';
import { BadRequestError } from '#libs/kernel';

const HOST = /^(?:[a-z0-9](?:[a-z0-9_.-]{0,252}[a-z0-9.])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** Refuses a request without exactly one valid `Host` (RFC 9112, section 3.2): two servers could read two requests. */
export function requireOneHost(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { rawHeaders, httpVersion, headers } = request.raw;
    let hosts = 0;
    for (let index = 0; index < rawHeaders.length; index += 2) {
      const name = rawHeaders[index] ?? '';
      if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
    }
    // HTTP/1.0 has no Host; whoever sends one all the same sends one that is valid.
    const valid = hosts === 0 ? httpVersion === '1.0' : hosts === 1 && HOST.test(headers.host ?? '');
    done(valid ? undefined : new BadRequestError('The request needs exactly one valid Host header'));
  });
}
