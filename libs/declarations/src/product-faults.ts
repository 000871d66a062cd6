import { ROLE_GRANTS, ROLES } from '#libs/kernel';
import { type ModuleDeclaration } from './module-declaration.js';

/** The parts that only one module may declare, with the names in them. */
const UNIQUE: Readonly<Record<string, (module: ModuleDeclaration) => readonly string[]>> = {
  folder: ({ name }) => [name],
  schema: ({ schema }) => (schema === undefined ? [] : [schema]),
  permission: ({ permissions = {} }) => Object.keys(permissions),
  'audit action': ({ auditActions = {} }) => Object.keys(auditActions),
  'audit target': ({ auditTargets = [] }) => auditTargets,
  tag: ({ tags = [] }) => tags.map(({ name }) => name),
  variable: ({ configuration }) => Object.keys(configuration?.variables ?? {}),
  'problem code': ({ problems = [] }) => problems.map(({ code }) => code),
};

/** What the declarations contradict or leave out, each fault with the place to correct. Pure. */
export function faultsOf(
  modules: readonly ModuleDeclaration[],
  grants: Readonly<Record<string, Readonly<Record<string, unknown>>>> = ROLE_GRANTS,
): string[] {
  return [
    ...twice(modules),
    ...modules.flatMap((module) => ofOne(module, modules, grants)),
    ...ofGrants(modules, grants),
  ];
}

function twice(modules: readonly ModuleDeclaration[]): string[] {
  return Object.entries(UNIQUE).flatMap(([part, namesOf]) => {
    const owner = new Map<string, string>();
    return modules.flatMap((module) =>
      namesOf(module).flatMap((name) => {
        const other = owner.get(name);
        owner.set(name, module.name);
        return other === undefined
          ? []
          : [`The ${part} ${name} is declared by libs/${other} and by libs/${module.name}: rename one`];
      }),
    );
  });
}

function ofOne(
  { name, schema, permissions = {}, problems = [], recordedTables = [] }: ModuleDeclaration,
  modules: readonly ModuleDeclaration[],
  grants: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): string[] {
  const targets = new Set(modules.flatMap(({ auditTargets = [] }) => auditTargets));
  const actions = new Set(modules.flatMap(({ auditActions = {} }) => Object.keys(auditActions)));
  const granted = new Set(ROLES.flatMap((role) => Object.keys(grants[role] ?? {})));
  return [
    ...Object.entries(permissions).flatMap(([permission, { target }]) => [
      ...(granted.has(permission)
        ? []
        : [
            `libs/${name} declares the permission ${permission}, but libs/kernel/src/access/roles.ts grants it to no role`,
          ]),
      ...(target === undefined
        ? [`libs/${name} does not say which \`target\` a route with the permission ${permission} is about`]
        : target === null || targets.has(target)
          ? []
          : [
              `libs/${name} names the target ${target} for ${permission}, but no module declares it in \`auditTargets\``,
            ]),
    ]),
    ...problems.flatMap(({ code, auditedAs }) =>
      auditedAs === undefined || actions.has(auditedAs)
        ? []
        : [
            `libs/${name}: the problem ${code} is audited as ${auditedAs}, which no module declares in \`auditActions\``,
          ],
    ),
    ...recordedTables
      .filter((table) => table.split('.')[0] !== schema)
      .map((table) =>
        schema === undefined
          ? `libs/${name} declares the recorded table ${table}, but no \`schema\``
          : `libs/${name} declares the recorded table ${table} outside its schema ${schema}`,
      ),
  ];
}

function ofGrants(
  modules: readonly ModuleDeclaration[],
  grants: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): string[] {
  const declared = new Set(modules.flatMap(({ permissions = {} }) => Object.keys(permissions)));
  const names = new Set(ROLES.flatMap((role) => Object.keys(grants[role] ?? {})));
  return [...names]
    .filter((name) => !declared.has(name))
    .map(
      (name) =>
        `libs/kernel/src/access/roles.ts grants the permission ${name}, which no module in libs/modules/src/index.ts declares`,
    );
}
