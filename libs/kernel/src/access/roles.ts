import { type Permission, type Scope, SCOPES } from './permissions.js';

/** All roles. A user has a set of roles and their combined permissions. */
export const ROLES = ['user', 'verifier', 'admin', 'user_manager', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

type Grants = Partial<Record<Permission, Scope>>;

const OWN_DOCUMENTS = {
  'document:create': 'own',
  'document:read': 'own',
  'document:content': 'own',
  'document:edit': 'own',
  'document:withdraw': 'own',
} as const satisfies Grants;

const REVIEW = {
  'document:read': 'any',
  'document:content': 'any',
  'review:claim': 'any',
  'review:decide': 'any',
} as const satisfies Grants;

const OWN_TRAIL = {
  'account:self': 'own',
  'audit:read': 'own',
  'audit:export': 'own',
} as const satisfies Grants;

/**
 * Which role has which permission. An admin decides about documents but cannot create accounts; a user manager
 * controls accounts but can neither read content nor decide.
 */
export const ROLE_GRANTS: Readonly<Record<Role, Readonly<Grants>>> = {
  user: { ...OWN_TRAIL, ...OWN_DOCUMENTS },
  verifier: { ...OWN_TRAIL, ...OWN_DOCUMENTS, ...REVIEW },
  admin: {
    ...OWN_TRAIL,
    ...OWN_DOCUMENTS,
    ...REVIEW,
    'review:reassign': 'any',
    'review:reopen': 'any',
    'verification:revoke': 'any',
    'audit:read': 'any',
    'audit:export': 'any',
  },
  user_manager: {
    'account:self': 'own',
    'user:read': 'any',
    'user:create': 'any',
    'user:invite': 'any',
    'user:update': 'any',
    'user:suspend': 'any',
    'user:assign_roles': 'any',
    'session:revoke': 'any',
    'audit:read': 'accounts',
    'audit:export': 'accounts',
  },
  auditor: {
    'account:self': 'own',
    'document:read': 'any',
    'user:read': 'any',
    'audit:read': 'any',
    'audit:export': 'any',
  },
};

/** The widest scopes that the roles grant for a permission; empty for none. `own` and `accounts` can both hold. */
export function scopesOf(roles: readonly Role[], permission: Permission): readonly Scope[] {
  const granted = new Set(roles.map((role) => ROLE_GRANTS[role][permission]));
  return granted.has('any') ? ['any'] : SCOPES.filter((scope) => granted.has(scope));
}
