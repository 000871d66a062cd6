import { availableParallelism } from 'node:os';

// CommonJS under jest: jest 30 on Node 24 loads the ESM-only Nest packages through require().
const shared = {
  testEnvironment: 'node',
  rootDir: import.meta.dirname,
  transform: { '^.+\\.ts$': ['@swc/jest', { configFile: '.swcrc' }] },
  moduleNameMapper: {
    '^#libs/(.*)$': '<rootDir>/libs/$1/src/index.ts',
    '^#migrations$': '<rootDir>/migrations/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/'],
};

// Projects with a PostgreSQL server per run (test/support/postgres.ts).
const withDatabase = {
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

const project = (displayName, testMatch, extra = {}) => ({ ...shared, displayName, testMatch, ...extra });

export default {
  // Ends tests that hang; it does not limit speed, which the benchmarks measure. Jest reads it only here, not per project.
  testTimeout: 60_000,
  // Tests that wait for processes leave a processor idle.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  // Jest never frees the modules of finished test files. A new worker costs less than garbage collection around them.
  workerIdleMemoryLimit: '1GB',
  projects: [
    project('unit', ['<rootDir>/{apps,libs}/**/*.spec.ts']),
    project('contract', ['<rootDir>/test/contract/**/*.spec.ts']),
    project('integration', ['<rootDir>/test/integration/**/*.int-spec.ts'], withDatabase),
    project('e2e', ['<rootDir>/test/e2e/**/*.e2e-spec.ts'], withDatabase),
    // Tests that start the product's programs as an operator does.
    project('processes', ['<rootDir>/test/processes/**/*.process-spec.ts'], withDatabase),
  ],
};
