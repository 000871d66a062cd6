import { type Server } from 'node:http';
import { type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NewestCheckpoint } from '#libs/audit';
import { assertEveryRouteDeclaresAccess } from '#libs/auth';
import { acceptUploads } from '#libs/documents';
import { Configuration } from '#libs/config';
import { ProcessLogger } from '#libs/observability';
import { AppModule } from './app.module.js';
import { watchRequests } from './http/access-log.hook.js';
import { refuseUnroutable } from './http/allowed-methods.js';
import { refuseForeignBodies } from './http/body-rules.hook.js';
import { closeConnectionsWhileDraining } from './http/closing-connections.hook.js';
import { ruleConnections } from './http/connection-rules.js';
import { nameCheckpoints } from './http/audit-checkpoint.hook.js';
import { corsOptions, varyByOrigin } from './http/cors.js';
import { evenOutTimes } from './http/even-time.hook.js';
import { APPLICATION_OPTIONS, createHttpAdapter } from './http/http-adapter.js';
import { acceptJsonBodies } from './http/json-body.parser.js';
import { tidyLeftoverBodies } from './http/leftover-body.hook.js';
import { shedOverload } from './http/overload.js';
import { refuseUnreadableQueries } from './http/query-text.hook.js';
import { limitRequests } from './http/rate-limit.hook.js';
import { RequestMetrics } from './http/request-metrics.js';
import { describeRepresentations } from './http/representation.hook.js';
import { attachRequestScope } from './http/request-scope.hook.js';
import { refuseAmbiguousHeaders } from './http/single-headers.hook.js';
import { demandPace } from './http/transfer-pace.js';
import { ApiContract } from './openapi/api-contract.js';
import { DrainState } from './shutdown/drain-state.js';

/**
 * Everything that stands between the network and the modules. The server and every test go through it, so what is tested
 * is what is served. Resolves when the application can answer; it does not listen yet.
 */
export async function configureApp(app: NestFastifyApplication): Promise<NestFastifyApplication> {
  assertEveryRouteDeclaresAccess(app);
  const configuration = app.get(Configuration);
  const { http, limits } = configuration;
  const fastify = app.getHttpAdapter().getInstance();
  attachRequestScope(app, configuration);
  watchRequests(fastify, app.get(RequestMetrics));
  refuseAmbiguousHeaders(fastify);
  limitRequests(fastify, limits.requestsPerMinute);
  refuseUnroutable(fastify);
  refuseUnreadableQueries(fastify);
  refuseForeignBodies(fastify, http.maxJsonBytes);
  describeRepresentations(fastify);
  tidyLeftoverBodies(fastify);
  nameCheckpoints(fastify, app.get(NewestCheckpoint, { strict: false }));
  evenOutTimes(fastify);
  closeConnectionsWhileDraining(fastify, app.get(DrainState));
  acceptJsonBodies(fastify, configuration);
  await acceptUploads(fastify);
  await shedOverload(fastify, limits.maxEventLoopDelayMs);
  if (http.corsOrigins.length > 0) {
    app.enableCors(corsOptions(http.corsOrigins));
    varyByOrigin(fastify);
  }
  const server = app.getHttpServer() as Server;
  ruleConnections(server, configuration);
  demandPace(server);
  app.get(ApiContract).describe(app);
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
