import { type ModuleDeclaration, type NamesIn } from '#libs/declarations';
import { AUTH_SECTION } from './auth.configuration.js';
import * as problems from './auth-errors.js';
import { AuthModule } from './auth.module.js';

const PERMISSIONS = {
  'account:self': { target: null },
} as const;

const AUDIT_ACTIONS = {
  'session.created': 'A user signed in.',
  'session.login_failed': 'A sign-in attempt was refused.',
  'session.refreshed': 'A client exchanged a refresh token for a new access token and a new refresh token.',
  'session.refresh_reused': 'A refresh token was used a second time, so its session was revoked.',
  'session.ended': 'A user signed out.',
  'user.registered': 'A user registered an account.',
  'user.registration_repeated':
    'A client tried to register an e-mail address that already had an account. Nothing was changed.',
  'user.invitation_accepted': 'A user set a password with an invitation.',
  'user.password_changed':
    'A user changed their password, or an operator set the password of a demo account.',
} as const;

const AUDIT_TARGETS = ['session', 'invitation'] as const;

declare module '#libs/kernel' {
  interface Permissions extends NamesIn<typeof PERMISSIONS> {}
  interface AuditActions extends NamesIn<typeof AUDIT_ACTIONS> {}
  interface AuditTargets extends NamesIn<typeof AUDIT_TARGETS> {}
}

/** What signing in adds to the product. */
export const AUTH: ModuleDeclaration = {
  name: 'auth',
  module: AuthModule,
  schema: 'auth',
  tags: [
    {
      name: 'Sign in',
      description: 'Sign in, refresh tokens, sign out and manage your own account.',
    },
  ],
  permissions: PERMISSIONS,
  auditActions: AUDIT_ACTIONS,
  auditTargets: AUDIT_TARGETS,
  concernsAccounts: true,
  problems: Object.values(problems),
  configuration: AUTH_SECTION,
};
