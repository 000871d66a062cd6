import { type Access, ACCESS, scopeOfRequest } from '#libs/http';
import { ForbiddenError } from '#libs/kernel';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

/** Admits actors with the permission that the route declares. Throws if a route declares no access. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!access) throw new Error('The route declares no access');
    if (access.kind === 'public') return true;
    const { actor } = scopeOfRequest(context.switchToHttp().getRequest());
    if (actor.permits(access.permission)) return true;
    throw new ForbiddenError(undefined, {
      headers: { 'www-authenticate': 'Bearer realm="veritrail", error="insufficient_scope"' },
    });
  }
}
