import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { scopeOfRequest } from './request-scope.js';
import { type Actor, type Permission } from '#libs/kernel';

export const ACCESS = 'veritrail:access';
export type Access = { kind: 'public' } | { kind: 'permission'; permission: Permission };

/** Declares a public route. A contract test fixes the list of public routes. */
export const Public = () => SetMetadata(ACCESS, { kind: 'public' } satisfies Access);

/** Declares the permission that a route requires. A route that declares neither stops the server from starting. */
export const RequirePermission = (permission: Permission) =>
  SetMetadata(ACCESS, { kind: 'permission', permission } satisfies Access);

/** The authenticated actor of the request. Throws on public routes. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = scopeOfRequest(context.switchToHttp().getRequest());
  if (actor.type !== 'user') throw new Error('A public route has no current actor');
  return actor;
});
