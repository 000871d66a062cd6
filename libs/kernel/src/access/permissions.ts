/** Every permission there is. A route names exactly one; a word that is not here does not compile. */
export const PERMISSIONS = [
  'account:self',
  'document:create',
  'document:read',
  'document:content',
  'document:edit',
  'document:withdraw',
  'review:claim',
  'review:decide',
  'review:reassign',
  'review:reopen',
  'verification:revoke',
  'user:read',
  'user:create',
  'user:invite',
  'user:update',
  'user:suspend',
  'user:assign_roles',
  'session:revoke',
  'audit:read',
  'audit:export',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/**
 * The scope of a permission: `own` covers the actor's own data, `accounts` covers events of accounts, `any` is
 * unlimited. The module that owns the data turns it into a SQL predicate.
 */
export const SCOPES = ['own', 'accounts', 'any'] as const;
export type Scope = (typeof SCOPES)[number];
