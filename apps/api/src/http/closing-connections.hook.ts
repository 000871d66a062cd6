import { type FastifyInstance } from 'fastify';
import { type DrainState } from '../shutdown/drain-state.js';

/** While the process ends, every answer tells its client to come back over a new connection, which finds another process. */
export function closeConnectionsWhileDraining(fastify: FastifyInstance, drain: DrainState): void {
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (drain.draining) reply.header('connection', 'close');
    done();
  });
}
