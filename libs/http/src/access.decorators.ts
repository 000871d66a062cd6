import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { scopeOfRequest } from './request-scope.js';
import { type Actor, type Permission } from '#libs/kernel';

export const ACCESS = 'veritrail:access';
export type Access = { kind: 'public' } | { kind: 'permission'; permission: Permission };

/** Declares that anybody may call the route. The list of public routes is fixed by a contract test. */
export const Public = () => SetMetadata(ACCESS, { kind: 'public' } satisfies Access);

/** Declares the one permission a route needs. A route that declares neither stops the server from starting. */
export const RequirePermission = (permission: Permission) =>
  SetMetadata(ACCESS, { kind: 'permission', permission } satisfies Access);

/** The authenticated actor of the request; only on routes that require a permission. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = scopeOfRequest(context.switchToHttp().getRequest());
  if (actor.type !== 'user') throw new Error('A public route has no current actor');
  return actor;
});
