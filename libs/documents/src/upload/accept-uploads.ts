import multipart from '@fastify/multipart';
import { type FastifyInstance } from 'fastify';

/** Lets multipart bodies through to the `StagedUploadInterceptor`, unread. Call it before routes are made. */
export async function acceptUploads(fastify: FastifyInstance): Promise<void> {
  await fastify.register(multipart);
}
