import { join } from 'node:path';
import base from '../../jest.config.mjs';

// A configuration of its own: these take minutes and run one at a time, so `npm test` must not select them.
const [unit] = base.projects;
export default {
  ...unit,
  displayName: 'faults',
  rootDir: join(import.meta.dirname, '../..'),
  testMatch: ['<rootDir>/test/faults/*.fault-spec.ts'],
  maxWorkers: 1,
  testTimeout: 300_000,
  verbose: true,
};
