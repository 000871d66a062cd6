/**
 * Every permission, by its name. Each module adds its own beside its declaration (TypeScript merges the interfaces), so a
 * permission that no module declares does not compile.
 */
export interface Permissions {}

export type Permission = keyof Permissions;

/**
 * How far a permission reaches: `own` is what the actor made or did, `accounts` is what happened to accounts,
 * `any` has no limit. The owner of the data turns it into a SQL predicate.
 */
export const SCOPES = ['own', 'accounts', 'any'] as const;
export type Scope = (typeof SCOPES)[number];
