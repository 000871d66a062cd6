import { type Server } from 'node:http';
import { type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NewestCheckpoint } from '#libs/audit';
import { assertEveryRouteDeclaresAccess } from '#libs/auth';
import { Configuration } from '#libs/config';
import { acceptUploads } from '#libs/documents';
import { ProcessLogger } from '#libs/observability';
import { AppModule } from './app.module.js';
import { refuseUnknownRoutes } from './http/allowed-methods.js';
import { handleConnectionEvents } from './http/connections.js';
import { corsOptions } from './http/cors.js';
import { DrainState } from './http/drain.js';
import { APPLICATION_OPTIONS, createHttpAdapter } from './http/http-adapter.js';
import { limitRequests, shedOverload } from './http/limits.js';
import { acceptJsonBodies, refuseUnsupportedBodies } from './http/request-bodies.js';
import { refuseAmbiguousHeaders, refuseInvalidQueries } from './http/request-head.js';
import { RequestMetrics, observeRequests } from './http/request-log.js';
import { attachRequestScope } from './http/request-scope.js';
import { completeResponses } from './http/responses.js';
import { enforceMinimumThroughput } from './http/minimum-throughput.js';
import { ApiContract } from './openapi/api-contract.js';

/**
 * Installs everything between the network and the modules: hooks, limits, parsers, error handling. The server and every test
 * use it. Resolves when the application can answer requests; it does not listen on a port.
 */
export async function configureApp(app: NestFastifyApplication): Promise<NestFastifyApplication> {
  assertEveryRouteDeclaresAccess(app);
  const configuration = app.get(Configuration);
  const { http, limits } = configuration;
  const fastify = app.getHttpAdapter().getInstance();
  attachRequestScope(app, configuration);
  observeRequests(fastify, app.get(RequestMetrics));
  refuseAmbiguousHeaders(fastify);
  limitRequests(fastify, limits.requestsPerMinute);
  refuseUnknownRoutes(fastify);
  refuseInvalidQueries(fastify);
  refuseUnsupportedBodies(fastify, http.maxJsonBytes);
  completeResponses(fastify, {
    newest: app.get(NewestCheckpoint, { strict: false }),
    drain: app.get(DrainState),
    hasOrigins: http.corsOrigins.length > 0,
  });
  acceptJsonBodies(fastify, configuration);
  acceptUploads(fastify);
  await shedOverload(fastify, limits.maxEventLoopDelayMs);
  if (http.corsOrigins.length > 0) app.enableCors(corsOptions(http.corsOrigins));
  const server = app.getHttpServer() as Server;
  handleConnectionEvents(server, configuration);
  enforceMinimumThroughput(server);
  app.get(ApiContract).describe(app);
  await app.init();
  await fastify.ready();
  return app;
}

/**
 * Creates and configures the API without listening on a port. Rejects when the database cannot be reached. With pending
 * migrations it resolves, and readiness reports them.
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
