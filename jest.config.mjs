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

const project = (displayName, testMatch, extra = {}) => ({ ...shared, displayName, testMatch, ...extra });

export default {
  projects: [
    project('unit', ['<rootDir>/{apps,libs}/**/*.spec.ts']),
    project('contract', ['<rootDir>/test/contract/**/*.spec.ts']),
    project('integration', ['<rootDir>/test/integration/**/*.int-spec.ts']),
    project('e2e', ['<rootDir>/test/e2e/**/*.e2e-spec.ts']),
  ],
};
