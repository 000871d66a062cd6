import { type Type } from '@nestjs/common';
import { type ConfigurationSection } from '#libs/config';
import {
  type AuditAction,
  type AuditTargetType,
  type ErrorClass,
  type Permission,
  StartRefusedError,
} from '#libs/kernel';
import { AUDIT_ACTION_NAMES, AUDIT_TARGET_TYPES, PERMISSION_NAMES } from './declared-names.js';
import { type ModuleDeclaration, type PermissionDeclaration, type Tag } from './module-declaration.js';
import { faultsOf } from './product-faults.js';

/** What all modules of the product declare together, each part in the order of the modules. */
export class Product {
  readonly permissions: ReadonlyMap<string, PermissionDeclaration>;
  readonly auditActions: ReadonlyMap<string, string>;
  readonly auditTargets: readonly string[];
  readonly problems: readonly ErrorClass[];
  readonly tags: readonly Tag[];
  readonly sections: readonly ConfigurationSection[];
  /** The targets and actions that belong to accounts. */
  readonly accountTargets: readonly string[];
  readonly accountActions: readonly string[];

  constructor(readonly modules: readonly ModuleDeclaration[]) {
    this.permissions = new Map(modules.flatMap(({ permissions = {} }) => Object.entries(permissions)));
    this.auditActions = new Map(modules.flatMap(({ auditActions = {} }) => Object.entries(auditActions)));
    this.auditTargets = modules.flatMap(({ auditTargets = [] }) => auditTargets);
    this.problems = modules.flatMap(({ problems = [] }) => problems);
    this.tags = modules.flatMap(({ tags = [] }) => tags);
    this.sections = modules.flatMap(({ configuration }) => (configuration ? [configuration] : []));
    const ofAccounts = modules.filter(({ concernsAccounts = false }) => concernsAccounts);
    this.accountTargets = ofAccounts.flatMap(({ auditTargets = [] }) => auditTargets);
    this.accountActions = ofAccounts.flatMap(({ auditActions = {} }) => Object.keys(auditActions));
  }

  /** The Nest modules of a process; those with background jobs only where it runs them. */
  nestModules({ withJobs }: { readonly withJobs: boolean }): Type[] {
    return this.modules.flatMap(({ module, jobsModule }) =>
      [module, withJobs ? jobsModule : undefined].filter((type) => type !== undefined),
    );
  }

  /** Throws `StartRefusedError` that names everything that the declarations contradict or leave out. */
  assertComplete(): void {
    const faults = faultsOf(this.modules);
    if (faults.length > 0) throw new StartRefusedError(`Modules:\n${faults.map((f) => `  ${f}`).join('\n')}`);
  }
}

let current: Product | null = null;

/** Makes these the modules of the process. `libs/modules` calls it once; a test may call it again. */
export function composeProduct(modules: readonly ModuleDeclaration[]): Product {
  current = new Product(modules);
  refill(PERMISSION_NAMES, current.permissions.keys() as Iterable<Permission>);
  refill(AUDIT_ACTION_NAMES, current.auditActions.keys() as Iterable<AuditAction>);
  refill(AUDIT_TARGET_TYPES, current.auditTargets as readonly AuditTargetType[]);
  return current;
}

/** What the modules of this process declare. Throws where no modules are listed. */
export function product(): Product {
  if (!current) throw new Error('No modules are listed in this process: import #libs/modules');
  return current;
}

function refill<T>(names: T[], all: Iterable<T>): void {
  names.splice(0, names.length, ...all);
}
