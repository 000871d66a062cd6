/**
 * Every permission, by its name. Each module adds its own beside its declaration (TypeScript merges the interfaces), so a
 * permission that no module declares does not compile.
 */
export interface Permissions {}

export type Permission = keyof Permissions;

/**
 * The scope of a permission: `own` covers the actor's own data, `accounts` covers events of accounts, `any` is
 * unlimited. The module that owns the data turns it into a SQL predicate.
 */
export const SCOPES = ['own', 'accounts', 'any'] as const;
export type Scope = (typeof SCOPES)[number];
