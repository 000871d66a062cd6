import { type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { attachScope, Public, RequirePermission } from '#libs/http';
import { Actor, emptyDraft, ForbiddenError, type Role } from '#libs/kernel';
import { PermissionGuard } from './permission.guard.js';

class Routes {
  @Public()
  open(): void {}

  @RequirePermission('user:create')
  create(): void {}

  undeclared(): void {}
}

function contextOf(handler: keyof Routes, actor: Actor): ExecutionContext {
  const request = {};
  attachScope(request, {
    requestId: 'r',
    ip: '127.0.0.1',
    userAgent: null,
    actor,
    operation: null,
    draft: emptyDraft(),
    bodyDigest: null,
  });
  return {
    getHandler: () => Routes.prototype[handler],
    getClass: () => Routes,
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
}

const guard = new PermissionGuard(new Reflector());
const withRoles = (...roles: Role[]) => Actor.user('u', roles, 's');

describe('PermissionGuard', () => {
  it('admits an anonymous client to a public route', () => {
    expect(guard.canActivate(contextOf('open', Actor.anonymous()))).toBe(true);
  });

  it('admits a user who has the permission', () => {
    expect(guard.canActivate(contextOf('create', withRoles('user', 'user_manager')))).toBe(true);
  });

  it.each<[string, Actor]>([
    ['an admin', withRoles('admin')],
    ['somebody without roles', withRoles()],
    ['nobody', Actor.anonymous()],
  ])('refuses %s without the permission and names the reason', (_name, actor) => {
    const attempt = () => guard.canActivate(contextOf('create', actor));
    expect(attempt).toThrow(ForbiddenError);
    try {
      attempt();
    } catch (error) {
      expect((error as ForbiddenError).options.headers?.['www-authenticate']).toContain('insufficient_scope');
    }
  });

  it('throws on a route without declared access, even for an admin', () => {
    expect(() => guard.canActivate(contextOf('undeclared', withRoles('admin', 'user_manager')))).toThrow(
      'declares no access',
    );
  });
});
