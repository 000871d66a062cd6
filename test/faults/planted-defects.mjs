// A rule that nobody has seen fail is not a rule. Plants one defect for each experiment in a copy of the built product and
// demands that the experiment finds it:
//   node test/faults/planted-defects.mjs            every defect, some twenty minutes
//   node test/faults/planted-defects.mjs F05 J1     some
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

const ANSWER_BEFORE_COMMIT = {
  defect: 'the answer about a document leaves before the commit',
  file: 'libs/kernel/src/persistence/unit-of-work.js',
  from: 'await transaction?.commit();',
  // Not about sessions and users: without those the experiment would not begin.
  to: `if (!transaction || execution.draft.target?.type !== 'document') await transaction?.commit();
            else {
                const late = () => transaction.commit().finally(() => transaction.release()).catch(() => undefined);
                setTimeout(() => void late(), 300);
                await this.end(null, execution.afterCommit);
                return result;
            }`,
};

const PLANTED = {
  F01: ANSWER_BEFORE_COMMIT,
  F03: {
    defect: 'answers are not stored under their Idempotency-Key',
    file: 'apps/api/src/idempotency/idempotent-answers.repository.js',
    from: 'async append(answer) {',
    to: 'async append(answer) { return;',
  },
  F05: {
    defect: 'a refused connection to the database is taken for a defect of ours',
    file: 'libs/kernel/src/persistence/database-errors.js',
    from: 'CONNECTION_CODES.has(code) ||',
    to: '',
  },
  F06: {
    defect: 'a session that ends between two statements is taken for a defect of ours',
    file: 'libs/kernel/src/persistence/database-errors.js',
    from: '|query runner (?:was )?already released',
    to: '',
  },
  F09: {
    defect: 'everybody who wants a locked row waits with a connection',
    file: 'apps/api/src/http/same-target.interceptor.js',
    from: 'const AT_ONCE = 1;',
    to: 'const AT_ONCE = 1000;',
  },
  F10: {
    defect: 'nobody looks whether headers arrive in time',
    file: 'apps/api/src/http/http-adapter.js',
    from: 'const CHECK_CONNECTIONS_MS = 1000;',
    to: 'const CHECK_CONNECTIONS_MS = 1_000_000;',
  },
  F13: {
    defect: 'readiness does not say that the process ends',
    file: 'apps/api/src/shutdown/drain.js',
    from: 'app.get(DrainState).begin();',
    to: '',
  },
  F14: {
    defect: 'an upload that ran out of room leaves what it wrote',
    file: 'libs/storage/src/disk/disk-blob-store.js',
    from: 'await unlink(path).catch(() => undefined);',
    to: '',
  },
  F17: {
    defect: 'nobody looks whether the store is still the one that the database knows',
    file: 'libs/storage/src/disk/disk-blob-store.js',
    from: 'this.bound === null || identity !== this.bound',
    to: 'this.bound === null',
  },
  F23: {
    defect: 'migrators do not wait for each other',
    file: 'migrations/runner.js',
    from: 'SELECT pg_advisory_lock($1, $2)',
    to: 'SELECT $1::int, $2::int',
  },
  J1: {
    defect: 'If-Match is not compared',
    file: 'libs/kernel/src/http/entity-tag.js',
    from: `this.revisions !== 'any' && !this.revisions.includes(revision)`,
    to: 'false',
  },
  J2: {
    defect: 'two requests may work under one Idempotency-Key at the same time',
    file: 'apps/api/src/idempotency/idempotent-answers.repository.js',
    from: 'return row?.claimed === true;',
    to: 'return true;',
  },
  J3: {
    defect: 'a page begins with the last item of the page before',
    file: 'libs/documents/src/persistence/document-reads.repository.js',
    from: '(d.created_at, d.id) < (',
    to: '(d.created_at, d.id) <= (',
  },
  J4: { ...ANSWER_BEFORE_COMMIT, seenAs: /: 404/ },
  J5: {
    defect: 'a verdict does not lock its document',
    file: 'libs/documents/src/persistence/documents.repository.js',
    from: 'FOR UPDATE ${wait})',
    to: ')',
  },
  J6: {
    defect: 'a refresh token may be spent twice',
    file: 'libs/auth/src/sessions/refresh-tokens.repository.js',
    from: 't.used_at IS NULL AND ',
    to: '',
  },
};

const wanted = process.argv.slice(2).map((name) => name.toUpperCase());
let missed = 0;
for (const [experiment, planted] of Object.entries(PLANTED)) {
  if (wanted.length > 0 && !wanted.includes(experiment)) continue;
  const { failed, seen } = runWith(experiment, planted);
  // Failing is not enough where it matters what the experiment saw.
  const found = failed && (planted.seenAs?.test(seen) ?? true);
  if (!found) missed += 1;
  console.log(
    `${experiment} ${found ? 'found' : 'MISSED'}: ${planted.defect}${failed ? `\n      ${seen}` : ''}`,
  );
}
process.exitCode = missed > 0 ? 1 : 0;

function runWith(experiment, { file, from, to }) {
  const product = mkdtempSync(join(tmpdir(), 'veritrail-planted-'));
  try {
    cpSync(join(root, 'dist'), join(product, 'dist'), { recursive: true });
    cpSync(join(root, 'package.json'), join(product, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(product, 'node_modules'));
    const path = join(product, 'dist', file);
    const parts = readFileSync(path, 'utf8').split(from);
    if (parts.length !== 2)
      throw new Error(`${experiment}: ${file} holds "${from}" ${parts.length - 1} times`);
    writeFileSync(path, parts.join(to));
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'run.mjs'), '--quick', experiment],
      { env: { ...process.env, FAULTS_PRODUCT: product }, encoding: 'utf8' },
    );
    const lines = `${stdout}${stderr}`.split('\n').map((line) => line.trim());
    const begin = lines.findIndex((line) => line.startsWith('●'));
    const seen = lines.slice(begin, begin + 30).filter((line) => /^[+\-●]|Received|Expected/.test(line));
    return { failed: status !== 0, seen: seen.slice(0, 8).join('\n      ') };
  } finally {
    rmSync(product, { recursive: true, force: true });
  }
}
