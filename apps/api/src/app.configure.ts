import { type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { assertEveryRouteDeclaresAccess } from '#libs/auth';
import { type Configuration, ProcessLogger } from '#libs/kernel';
import { AppModule } from './app.module.js';
import { APPLICATION_OPTIONS, createHttpAdapter } from './http/http-adapter.js';
import { acceptJsonBodies } from './http/json-body.parser.js';
import { attachRequestScope } from './http/request-scope.hook.js';

/**
 * Everything that stands between the network and the modules. The server and every test go through it, so what is tested
 * is what is served. Resolves when the application can answer; it does not listen yet.
 */
export async function configureApp(app: NestFastifyApplication): Promise<NestFastifyApplication> {
  assertEveryRouteDeclaresAccess(app);
  const fastify = app.getHttpAdapter().getInstance();
  attachRequestScope(fastify);
  acceptJsonBodies(fastify);
  await app.init();
  await fastify.ready();
  return app;
}

/**
 * The whole API, configured and ready, without a port. Rejects when the database cannot be reached; pending migrations only
 * keep it from being ready.
 */
export async function createApp(
  configuration: Configuration,
  logger: LoggerService = ProcessLogger.create(configuration, 'api'),
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forProcess(configuration),
    createHttpAdapter(configuration),
    { ...APPLICATION_OPTIONS, logger },
  );
  try {
    return await configureApp(app);
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
}
