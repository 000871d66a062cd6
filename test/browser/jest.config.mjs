import { join } from 'node:path';
import shared from '../../jest.config.mjs';

// Not part of `npm test`: it needs a Chromium, which not every machine has.
const root = join(import.meta.dirname, '..', '..');
const project = shared.projects.find(({ displayName }) => displayName === 'e2e');

export default {
  ...project,
  rootDir: root,
  displayName: 'browser',
  testTimeout: 120_000,
  testMatch: ['<rootDir>/test/browser/**/*.browser-spec.ts'],
};
