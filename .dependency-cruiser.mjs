/** What a module with tables and endpoints is made of. */
const EVERYDAY = [
  'libs/config',
  'libs/declarations',
  'libs/http',
  'libs/jobs',
  'libs/kernel',
  'libs/observability',
  'libs/postgres',
];

/**
 * The one table of who may import whom. A library may import only the libraries of its row, and those only through their
 * `index.ts`. To allow another import, add it here and state the reason in a decision record.
 */
export const MAY_USE = {
  'libs/kernel': [],
  'libs/config': [],
  'libs/observability': ['libs/config', 'libs/kernel'],
  'libs/postgres': ['libs/config', 'libs/kernel', 'libs/observability'],
  'libs/http': ['libs/kernel'],
  // What a module says about itself.
  'libs/declarations': ['libs/config', 'libs/kernel'],
  'libs/problems': ['libs/config', 'libs/declarations', 'libs/http', 'libs/kernel', 'libs/postgres'],
  'libs/process': ['libs/config', 'libs/declarations', 'libs/kernel', 'libs/observability', 'libs/postgres'],
  'libs/idempotency': EVERYDAY,
  'libs/jobs': ['libs/config', 'libs/kernel', 'libs/observability', 'libs/postgres'],
  // Runs before anything is installed: Node's own modules only.
  'libs/file-lock': [],
  // Pure hashing, which the writer of the log and the verifier that does not trust it share, and nothing else.
  'libs/merkle': [],
  // The check of the audit log, for apps/audit-verifier and apps/reconcile only.
  'libs/log-check': ['libs/merkle'],
  // The formats of RFC 6962, RFC 9162 and C2SP: text and bytes in, text and bytes out.
  'libs/tlog': ['libs/merkle'],
  'libs/audit': [...EVERYDAY, 'libs/merkle', 'libs/tlog'],
  'libs/users': EVERYDAY,
  'libs/storage': ['libs/config', 'libs/declarations', 'libs/kernel'],
  'libs/auth': [...EVERYDAY, 'libs/users'],
  'libs/documents': [...EVERYDAY, 'libs/audit', 'libs/storage'],
};

// The list of all modules.
MAY_USE['libs/modules'] = Object.keys(MAY_USE);

const LIBRARIES = Object.keys(MAY_USE);
const OURS = '^(apps|libs|migrations|test)/';
const PRODUCT = '^(apps|libs|migrations)/';
/** What runs before anything is installed. */
const LAUNCHER = '^(apps/launcher|libs/file-lock)/';
const UNIT_TESTS = '[.]spec[.]ts$';
const MAY_KNOW_TYPEORM = ['[.](entity|repository|module)[.]ts$', '^libs/postgres/', '^migrations/'];

const alongTheTable = LIBRARIES.map((library) => ({
  name: `may-use:${library}`,
  comment: `${library} imports ${MAY_USE[library].join(', ') || 'no other library'} (see MAY_USE)`,
  severity: 'error',
  from: { path: `^${library}/` },
  to: { path: PRODUCT, pathNot: [library, ...MAY_USE[library]].map((allowed) => `^${allowed}/`) },
}));

export default {
  forbidden: [
    ...alongTheTable,
    {
      name: 'new-libraries-declare-what-they-use',
      comment: 'A library that MAY_USE does not name has no walls',
      severity: 'error',
      from: { path: '^libs/', pathNot: LIBRARIES.map((library) => `^${library}/`) },
      to: {},
    },
    {
      name: 'only-through-the-index',
      comment: 'What index.ts does not export is private to its library',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/[^/]+/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index[.]ts$'] },
    },
    {
      name: 'apps-use-the-index',
      comment: 'What index.ts does not export is private to its library',
      severity: 'error',
      from: { path: '^(apps|migrations)/', pathNot: UNIT_TESTS },
      to: { path: '^libs/', pathNot: '^libs/[^/]+/src/index[.]ts$' },
    },
    {
      name: 'libs-never-import-apps',
      comment: 'Libraries do not know which process they run in',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-never-import-apps',
      comment: 'An app puts libraries together; what two of them need is a library',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'the-verifier-shares-only-hashing',
      comment:
        'Code that the verifier shares with the writer of the log would have the same mistakes in both',
      severity: 'error',
      from: { path: '^apps/audit-verifier/', pathNot: UNIT_TESTS },
      to: { path: PRODUCT, pathNot: '^(apps/audit-verifier|libs/log-check|libs/merkle)/' },
    },
    {
      name: 'reconcile-shares-only-hashing',
      comment: 'It compares what the product wrote, so it cannot use the code that wrote it',
      severity: 'error',
      from: { path: '^apps/reconcile/', pathNot: UNIT_TESTS },
      to: { path: PRODUCT, pathNot: '^(apps/reconcile|libs/log-check|libs/merkle)/' },
    },
    {
      name: 'the-product-does-not-use-the-log-check',
      comment: 'The writer of the log and its verifier share libs/merkle only',
      severity: 'error',
      from: { path: PRODUCT, pathNot: '^(apps/(audit-verifier|reconcile)|libs/log-check)/' },
      to: { path: '^libs/log-check/' },
    },
    {
      name: 'the-verifier-needs-little',
      comment: 'It must be quick to read, and must run where the server is not installed',
      severity: 'error',
      // The driver of PostgreSQL is loaded only with --database-url.
      from: {
        path: '^(apps/audit-verifier|libs/log-check)/',
        pathNot: [UNIT_TESTS, '^apps/audit-verifier/src/log/unsealed-in-database[.]ts$'],
      },
      to: { path: '(^|/)node_modules/', pathNot: '(^|/)node_modules/(@types/)?(commander|yauzl|node)/' },
    },
    {
      name: 'reconcile-needs-little',
      comment: 'It must be quick to read',
      severity: 'error',
      from: { path: '^apps/reconcile/', pathNot: UNIT_TESTS },
      to: { path: '(^|/)node_modules/', pathNot: '(^|/)node_modules/(@types/)?(commander|pg|node)/' },
    },
    {
      name: 'the-product-never-imports-tests',
      comment: 'What only tests need is not shipped',
      severity: 'error',
      from: { path: PRODUCT, pathNot: UNIT_TESTS },
      to: { path: ['^test/', UNIT_TESTS] },
    },
    {
      name: 'the-launcher-needs-nothing-installed',
      comment: 'It runs before the first npm ci',
      severity: 'error',
      from: { path: LAUNCHER, pathNot: UNIT_TESTS },
      to: { dependencyTypesNot: ['core'], pathNot: LAUNCHER },
    },
    {
      name: 'migrations-stand-alone',
      comment: 'A migration means the same forever: it cannot depend on code that changes',
      severity: 'error',
      from: { path: '^migrations/', pathNot: UNIT_TESTS },
      to: { path: OURS, pathNot: '^migrations/' },
    },
    {
      name: 'typeorm-stays-behind-repositories',
      comment: 'Everything else speaks to repositories and to the unit of work',
      severity: 'error',
      from: { path: PRODUCT, pathNot: [...MAY_KNOW_TYPEORM, UNIT_TESTS] },
      to: { path: '(^|/)node_modules/(@nestjs/)?typeorm/' },
    },
    {
      name: 'controllers-translate-only',
      comment: 'A controller calls a service; rows and queries are not its business',
      severity: 'error',
      from: { path: '[.]controller[.]ts$' },
      to: { path: '[.](repository|entity)[.]ts$' },
    },
    {
      name: 'no-cycles',
      comment: 'Neither half of a cycle can be understood, tested or loaded alone',
      severity: 'error',
      from: { path: OURS },
      to: { circular: true },
    },
    {
      name: 'no-development-dependencies',
      comment: 'The image is built without them',
      severity: 'error',
      from: { path: PRODUCT, pathNot: UNIT_TESTS },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-unresolvable-imports',
      comment: 'An import that leads nowhere would slip past every other rule',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|data)/|^test/(fixtures|tools/node_modules)/' },
    moduleSystems: ['es6', 'cjs'],
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['veritrail-source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
