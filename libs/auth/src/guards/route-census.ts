import { product } from '#libs/declarations';
import { ACCESS, interceptorsOf, OPERATION, type OperationMetadata } from '#libs/http';
import { type INestApplicationContext, RequestMethod } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { INTERCEPTORS_METADATA, METHOD_METADATA, PATH_METADATA } from './nest-metadata.js';

const SAFE: readonly RequestMethod[] = [RequestMethod.GET, RequestMethod.HEAD, RequestMethod.OPTIONS];

interface Route {
  readonly name: string;
  readonly method: RequestMethod;
  readonly underV1: boolean;
  readonly declaresAccess: boolean;
  readonly operation: OperationMetadata | undefined;
  /** Interceptors, outermost first. */
  readonly interceptors: readonly unknown[];
}

/**
 * Throws unless every route declares its access, every route under `/v1` has `@Operation`, and every change under
 * `/v1` declares its audit action and has the interceptors that record it, in their order. Called before the server listens.
 */
export function assertEveryRouteDeclaresAccess(app: INestApplicationContext): void {
  const faults = routesOf(app.get(ModulesContainer)).flatMap((route) => [
    ...faultsOf(route),
    ...undeclared(route),
  ]);
  if (faults.length > 0) throw new Error(`Undeclared routes:\n${faults.map((f) => `  ${f}`).join('\n')}`);
}

/** What an operation names that no module declares. */
function undeclared({ name, operation }: Route): string[] {
  if (!operation) return [];
  const { permissions, auditActions, problems } = product();
  const { access, audited, problems: own = [] } = operation;
  return [
    ...(access === 'public' || permissions.has(access)
      ? []
      : [`${name} needs the permission ${access}, which no module declares in \`permissions\``]),
    ...(audited === undefined || audited === null || auditActions.has(audited)
      ? []
      : [`${name} is audited as ${audited}, which no module declares in \`auditActions\``]),
    ...own
      .filter((problem) => !problems.includes(problem))
      .map(({ code }) => `${name} can answer ${code}, which no module declares in \`problems\``),
  ];
}

function faultsOf({ name, method, underV1, declaresAccess, operation, interceptors }: Route): string[] {
  if (!declaresAccess) return [`${name} declares no access: add @Operation, @Public or @RequirePermission`];
  if (!underV1) return [];
  if (!operation) return [`${name} is under /v1 without @Operation`];
  if (!SAFE.includes(method) && operation.audited === undefined)
    return [`${name} changes data but declares no audit action: set \`audited\``];
  if (operation.idempotent && !operation.audited)
    return [
      `${name} is idempotent without an audit action: its response is stored in the audited unit of work`,
    ];
  return interceptorsOf(operation).every((interceptor, index) => interceptor === interceptors[index])
    ? []
    : [
        `${name} has interceptors that run around its unit of work: write them above @Operation, or in \`around\``,
      ];
}

function routesOf(modules: ModulesContainer): Route[] {
  const controllers = [...modules.values()].flatMap((module) => [...module.controllers.values()]);
  const scanner = new MetadataScanner();
  return controllers.flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const prototype = metatype.prototype as object;
    return scanner
      .getAllMethodNames(prototype)
      .map((name) => routeOf(metatype, name, Reflect.get(prototype, name) as object))
      .filter((route) => route !== null);
  });
}

function routeOf(controller: Function, handlerName: string, handler: object): Route | null {
  const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
  if (method === undefined) return null;
  const paths = pathsOf(controller).flatMap((prefix) =>
    pathsOf(handler).map((path) => `/${prefix}/${path}`.replace(/\/{2,}/g, '/')),
  );
  const metadata = <T>(key: string) =>
    (Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller)) as T | undefined;
  return {
    name: `${RequestMethod[method]} ${paths.join(', ')} (${controller.name}.${handlerName})`,
    method,
    underV1: paths.some((path) => path === '/v1' || path.startsWith('/v1/')),
    declaresAccess: metadata(ACCESS) !== undefined,
    operation: metadata<OperationMetadata>(OPERATION),
    interceptors: [controller, handler].flatMap(
      (target) => (Reflect.getMetadata(INTERCEPTORS_METADATA, target) ?? []) as unknown[],
    ),
  };
}

function pathsOf(target: object): string[] {
  return [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();
}
