import { type FastifyInstance } from 'fastify';
import { type NewestCheckpoint } from '#libs/audit';

/** A change is not answered later than this because the state of the log is looked up. */
const PATIENCE_MS = 100;
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Names the newest sealed state of the log on the answer of every change, as a structured field (RFC 9651): whoever keeps
 * any one of them can show a history that was rewritten later. Left out before anything is sealed.
 */
export function nameCheckpoints(fastify: FastifyInstance, newest: NewestCheckpoint): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (READS.has(request.method) || reply.statusCode >= 300) {
      done(null, payload);
      return;
    }
    void newest.findWithin(PATIENCE_MS).then((checkpoint) => {
      if (checkpoint) reply.header('audit-checkpoint', fieldOf(checkpoint));
      done(null, payload);
    });
  });
}

function fieldOf({ size, root }: { size: number; root: Buffer }): string {
  return `size=${size}, root=:${root.toString('base64')}:`;
}
