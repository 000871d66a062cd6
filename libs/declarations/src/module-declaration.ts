import { type Type } from '@nestjs/common';
import { type ConfigurationSection } from '#libs/config';
import { type AuditTargetType, type ErrorClass } from '#libs/kernel';

/** What the guard and the log know about a permission. */
export interface PermissionDeclaration {
  /** What `{id}` in the path of a route names, for the entry of a refusal; null when such routes have no `{id}`. */
  readonly target: AuditTargetType | null;
}

/** A chapter of the OpenAPI document; controllers name it in `@ApiTags`. */
export interface Tag {
  readonly name: string;
  readonly description: string;
}

/**
 * Everything that a module adds to the product, beside its Nest module. Routes, metrics and background jobs are not here:
 * Nest finds them by their decorators and constructors.
 */
export interface ModuleDeclaration {
  /** The name of its folder below `libs`. */
  readonly name: string;
  /** The Nest module that every process imports. */
  readonly module?: Type;
  /** The Nest module that only a process with background jobs imports. */
  readonly jobsModule?: Type;
  /** The PostgreSQL schema that only this module reads and writes. */
  readonly schema?: string;
  /** Tables with a trigger that refuses a change without an audit entry. */
  readonly recordedTables?: readonly `${string}.${string}`[];
  readonly tags?: readonly Tag[];
  readonly permissions?: Readonly<Record<string, PermissionDeclaration>>;
  /** Each audit action with a sentence about it. */
  readonly auditActions?: Readonly<Record<string, string>>;
  readonly auditTargets?: readonly string[];
  /** Its actions and targets belong to accounts, for readers with the scope `accounts`. */
  readonly concernsAccounts?: boolean;
  readonly problems?: readonly ErrorClass[];
  /** Its variables; a class of its own to inject their values by. */
  readonly configuration?: ConfigurationSection;
}

/** For the interfaces of the kernel that modules extend: `interface Permissions extends NamesIn<typeof PERMISSIONS> {}`. */
export type NamesIn<T> = T extends readonly (infer Name extends string)[]
  ? { readonly [K in Name]: true }
  : { readonly [K in keyof T]: true };
