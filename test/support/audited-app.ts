import { type CanActivate, type ExecutionContext, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, NestFactory, Reflector } from '@nestjs/core';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyRequest } from 'fastify';
import { AuditModule } from '#libs/audit';
import { OPERATION, type OperationMetadata, scopeOfRequest } from '#libs/http';
import { Actor, ForbiddenError, type Role, ROLES, UnauthorizedError } from '#libs/kernel';
import { ProcessModule } from '#libs/process';
import { configureApp } from '../../apps/api/src/app.configure.js';
import { DrainState } from '../../apps/api/src/http/drain.js';
import { APPLICATION_OPTIONS, createHttpAdapter } from '../../apps/api/src/http/http-adapter.js';
import { RequestValidationPipe } from '../../apps/api/src/http/request-validation.pipe.js';
import { MetricsModule } from '../../apps/api/src/metrics/metrics.module.js';
import { ApiContract } from '../../apps/api/src/openapi/api-contract.js';
import { ProblemFilter } from '../../apps/api/src/problems/problem.filter.js';
import { edgeConfiguration } from './edge.js';

/** The headers of a signed-in user: the suites with this application start after the guards. */
export function as(id: string, ...roles: Role[]): Record<string, string> {
  return { 'x-test-actor': id, 'x-test-roles': roles.join(',') };
}

const SESSION = '0199f0a1-0000-7000-8000-00000000abcd';

/** Replaces the guards of the product: takes operation, actor and permission from headers. */
class HeaderGuard implements CanActivate {
  private readonly reflector = new Reflector();

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const scope = scopeOfRequest(request);
    const operation = this.reflector.get<OperationMetadata>(OPERATION, context.getHandler());
    scope.operation = operation;
    scope.bodyDigest = (request.headers['x-test-digest'] as string | undefined) ?? null;
    if (operation.access === 'public') return true;
    const id = request.headers['x-test-actor'];
    if (typeof id !== 'string') throw new UnauthorizedError();
    const roles = String(request.headers['x-test-roles']).split(',');
    scope.actor = Actor.user(
      id,
      ROLES.filter((role) => roles.includes(role)),
      SESSION,
    );
    if (!scope.actor.permits(operation.access)) throw new ForbiddenError();
    return true;
  }
}

/** The real server, pipes, interceptors and audit module, with the controllers of a test. */
export async function createAuditedApp(
  databaseUrl: string,
  parts: {
    controllers: Type[];
    providers?: Provider[];
    imports?: Type[];
  },
  variables: Readonly<Record<string, string>> = {},
): Promise<NestFastifyApplication> {
  const configuration = edgeConfiguration(databaseUrl, variables);
  class ProbeModule {}
  const root = {
    module: ProbeModule,
    imports: [
      ProcessModule.forProcess(configuration, 'veritrail-test'),
      AuditModule,
      MetricsModule.forProcess(configuration),
      ...(parts.imports ?? []),
    ],
    controllers: parts.controllers,
    providers: [
      ...(parts.providers ?? []),
      { provide: APP_GUARD, useClass: HeaderGuard },
      { provide: APP_PIPE, useClass: RequestValidationPipe },
      { provide: APP_FILTER, useClass: ProblemFilter },
      DrainState,
      ApiContract,
    ],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, createHttpAdapter(configuration), {
    ...APPLICATION_OPTIONS,
    logger: false,
  });
  return configureApp(app);
}
