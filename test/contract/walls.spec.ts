import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unlistedIn } from '../walls/listing-rules.js';
import { SOURCE_RULES } from '../walls/source-rules.js';
import { cruise, readSources, sourcesOf } from '../walls/walls.js';

const MAY_USE = 'may-use:';
const HOUSE_OF_BREACHES = join(__dirname, '..', 'fixtures', 'walls');

const breaches = (violations: ReadonlyArray<{ rule: string; file: string }>): string[] =>
  [...new Set(violations.map(({ rule, file }) => `${rule}: ${file}`))].sort();

describe('the import rules', () => {
  it('have no violation', async () => {
    const { violations } = await cruise();
    expect(violations.map(({ rule, file, detail }) => `${rule}: ${file} ${detail}`)).toEqual([]);
  }, 60_000);

  it('report each planted breach', async () => {
    const { rules, violations } = await cruise(HOUSE_OF_BREACHES);
    expect(breaches(violations)).toEqual([
      'apps-never-import-apps: apps/worker/src/uses-api.ts',
      'apps-use-the-index: apps/api/src/behind-the-index.ts',
      'controllers-translate-only: libs/users/src/users.controller.ts',
      'libs-never-import-apps: libs/documents/src/uses-app.ts',
      'may-use:libs/audit: libs/audit/src/uses-documents-types.ts',
      'may-use:libs/auth: libs/auth/src/uses-documents.ts',
      'may-use:libs/documents: libs/documents/src/uses-app.ts',
      'may-use:libs/documents: libs/documents/src/uses-users.ts',
      'may-use:libs/file-lock: libs/file-lock/src/uses-kernel.ts',
      'may-use:libs/users: libs/users/src/uses-auth.ts',
      'migrations-stand-alone: migrations/1-uses-kernel.ts',
      'new-libraries-declare-what-they-use: libs/billing/src/index.ts',
      'no-cycles: libs/kernel/src/cycle-a.ts',
      'no-development-dependencies: apps/api/src/uses-a-test-tool.ts',
      'no-folder-cycles: apps/api/src',
      'no-folder-cycles: libs/auth/src',
      'no-folder-cycles: libs/documents/src',
      'no-folder-cycles: libs/kernel/src/text',
      'no-folder-cycles: libs/kernel/src/time',
      'no-folder-cycles: libs/users/src',
      'no-unresolvable-imports: apps/api/src/leads-nowhere.ts',
      'only-through-the-index: libs/auth/src/behind-the-index.ts',
      'reconcile-needs-little: apps/reconcile/src/uses-canonicalize.ts',
      'reconcile-shares-only-hashing: apps/reconcile/src/uses-audit.ts',
      'the-launcher-needs-nothing-installed: apps/launcher/launch.mjs',
      'the-launcher-needs-nothing-installed: libs/file-lock/src/uses-kernel.ts',
      'the-product-does-not-use-the-log-check: apps/worker/src/uses-the-log-check.ts',
      'the-product-never-imports-tests: apps/api/src/uses-test.ts',
      'the-verifier-needs-little: apps/audit-verifier/src/uses-canonicalize.ts',
      'the-verifier-shares-only-hashing: apps/audit-verifier/src/uses-audit.ts',
      'the-verifier-shares-only-hashing: apps/audit-verifier/src/uses-tlog.ts',
      'typeorm-stays-behind-repositories: apps/launcher/launch.mjs',
      'typeorm-stays-behind-repositories: libs/users/src/users.service.ts',
    ]);
    const reported = new Set(violations.map(({ rule }) => rule));
    expect(rules.filter((rule) => !reported.has(rule) && !rule.startsWith(MAY_USE))).toEqual([]);
    // One mechanism makes the rules of all libraries from one table, so a few breaches stand for all of them.
    const libraries = readdirSync('libs').map((library) => `${MAY_USE}libs/${library}`);
    expect(rules.filter((rule) => rule.startsWith(MAY_USE)).sort()).toEqual(libraries.sort());
  }, 60_000);
});

describe('the source rules', () => {
  it('have no violation', () => {
    expect(readSources().map(({ rule, file, line, detail }) => `${rule}: ${file}:${line} ${detail}`)).toEqual(
      [],
    );
  });

  it('report each planted breach', () => {
    const violations = readSources(HOUSE_OF_BREACHES);
    expect(violations.map(({ rule, file, line }) => `${rule}: ${file}:${line}`).sort()).toEqual([
      'classes-are-imported-as-values: libs/documents/src/erases-types.controller.ts:1',
      'classes-are-imported-as-values: libs/documents/src/erases-types.controller.ts:6',
      'classes-are-imported-as-values: libs/documents/src/erases-types.controller.ts:8',
      'environment-is-read-once: libs/auth/src/reads-environment.ts:1',
      'environment-is-read-once: libs/auth/src/reads-environment.ts:3',
      'environment-is-read-once: libs/auth/src/reads-environment.ts:4',
      'environment-is-read-once: libs/auth/src/reads-environment.ts:4',
      'modules-keep-to-their-schema: libs/documents/src/reaches-out.repository.ts:1',
      'modules-keep-to-their-schema: libs/documents/src/reaches-out.repository.ts:6',
      'no-foreign-key-crosses-a-schema: migrations/2-crosses.ts:2',
      'no-foreign-key-crosses-a-schema: migrations/2-crosses.ts:6',
      'nothing-is-silenced: libs/auth/src/silences.ts:2',
      'time-is-read-through-the-clock: libs/documents/src/reads-time.ts:1',
      'time-is-read-through-the-clock: libs/documents/src/reads-time.ts:1',
      'time-is-read-through-the-clock: libs/documents/src/reads-time.ts:1',
      'values-are-bound: libs/users/src/writes-values.repository.ts:6',
      'values-are-bound: libs/users/src/writes-values.repository.ts:7',
    ]);
    const reported = new Set(violations.map(({ rule }) => rule));
    expect(SOURCE_RULES.filter(({ name }) => !reported.has(name))).toEqual([]);
  });
});

describe('the lists', () => {
  it('name every migration, controller and background job', () => {
    expect(unlistedIn(sourcesOf()).map(({ file, detail }) => `${file} ${detail}`)).toEqual([]);
  });

  it('report each planted breach', () => {
    expect(breaches(unlistedIn(sourcesOf(HOUSE_OF_BREACHES)))).toEqual([
      'migrations-are-listed: migrations/1-uses-kernel.ts',
      'migrations-are-listed: migrations/2-crosses.ts',
      'nest-classes-are-listed: libs/documents/src/erases-types.controller.ts',
      'nest-classes-are-listed: libs/documents/src/forgotten.job.ts',
    ]);
  });
});
