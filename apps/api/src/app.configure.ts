import { NestFactory } from '@nestjs/core';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Configuration } from '#libs/kernel';
import { AppModule } from './app.module.js';
import { APPLICATION_OPTIONS, createHttpAdapter } from './http/http-adapter.js';
import { acceptJsonBodies } from './http/json-body.parser.js';
import { attachRequestScope } from './http/request-scope.hook.js';

/**
 * Everything that stands between the network and the modules. The server and every test go through it, so what is tested
 * is what is served. Resolves when the application can answer; it does not listen yet.
 */
export async function configureApp(app: NestFastifyApplication): Promise<NestFastifyApplication> {
  const fastify = app.getHttpAdapter().getInstance();
  attachRequestScope(fastify);
  acceptJsonBodies(fastify);
  await app.init();
  await fastify.ready();
  return app;
}

/** The whole API, configured and ready, without a port. Rejects when the database cannot be reached. */
export async function createApp(configuration: Configuration): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forProcess(configuration),
    createHttpAdapter(configuration),
    { ...APPLICATION_OPTIONS, bufferLogs: false },
  );
  return configureApp(app);
}
