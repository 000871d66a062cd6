import { type ModuleDeclaration, type NamesIn } from '#libs/declarations';
import * as problems from './user-errors.js';
import { UsersModule } from './users.module.js';

const PERMISSIONS = {
  'user:read': { target: 'user' },
  'user:create': { target: 'user' },
  'user:invite': { target: 'user' },
  'user:update': { target: 'user' },
  'user:suspend': { target: 'user' },
  'user:assign_roles': { target: 'user' },
  'session:revoke': { target: 'user' },
} as const;

const AUDIT_ACTIONS = {
  'user.created': 'A user manager, or an operator at the command line, created an account.',
  'user.updated': 'A user manager changed the display name or the e-mail address of an account.',
  'user.roles_changed': 'The roles of an account were changed.',
  'user.suspended': 'A user manager suspended an account. All sessions of the account were revoked.',
  'user.reactivated': 'A user manager reactivated a suspended account.',
  'user.sessions_ended': 'A user manager revoked all sessions of an account.',
  'user.invited': 'A user manager created an invitation to set a password.',
} as const;

const AUDIT_TARGETS = ['user'] as const;

declare module '#libs/kernel' {
  interface Permissions extends NamesIn<typeof PERMISSIONS> {}
  interface AuditActions extends NamesIn<typeof AUDIT_ACTIONS> {}
  interface AuditTargets extends NamesIn<typeof AUDIT_TARGETS> {}
}

/** What accounts add to the product. */
export const USERS: ModuleDeclaration = {
  name: 'users',
  module: UsersModule,
  schema: 'users',
  recordedTables: ['users.users'],
  tags: [
    {
      name: 'Users',
      description: 'User managers create, invite, suspend and reactivate users and assign their roles.',
    },
  ],
  permissions: PERMISSIONS,
  auditActions: AUDIT_ACTIONS,
  auditTargets: AUDIT_TARGETS,
  concernsAccounts: true,
  problems: Object.values(problems),
};
