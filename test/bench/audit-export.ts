import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testEnvironment } from '../support/app.js';
import { withClient } from '../support/catalogue.js';
import globalSetup from '../support/global-setup.mjs';
import globalTeardown from '../support/global-teardown.mjs';
import { changeRowsWithoutAudit } from '../support/bypass-audit.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { residentMib } from './proc.js';
import { ServerProcess } from './server-process.js';
import { signInNewPerson } from './sign-in.js';

/*
 * The cost of exporting a long audit log, with the built API in a separate process:
 *
 *   npm run build
 *   node --conditions=veritrail-source --import ./test/support/typescript-hooks.mjs test/bench/audit-export.ts [entries]
 *
 * Exits 1 if resident memory grew by more than 64 MiB while a million entries were sent, if the export's own work held the
 * event loop for longer than 20 ms (delays by other programs do not count), or if an entry was missing. Needs Linux (/proc).
 */

const ENTRIES = Number(process.argv[2] ?? 1_000_000);
const BATCH = 100_000;
const ALLOWED_GROWTH_MIB = 64;
const ALLOWED_HOLD_MS = 20;
const MAIN = 'dist/apps/api/src/main.js';

/** Entries of verified documents as they are stored, with leaves, and sealed with arbitrary hashes. */
const SEED = `
  WITH made AS MATERIALIZED (
    SELECT n, timestamptz '2026-01-01 00:00:00Z' + n * interval '1 millisecond' AS at,
      (lpad(to_hex(1767225600000 + n), 12, '0') || '7000a000' || lpad(to_hex(n), 12, '0'))::uuid AS id,
      ('0199f0a1-7c3e-7d31-9a55-' || lpad(to_hex(n), 12, '0'))::uuid AS document,
      ('0199f0a0-0b1c-7e55-8f3b-' || lpad(to_hex(n % 500), 12, '0'))::uuid AS person,
      jsonb_build_object('before', jsonb_build_object('status', 'in_review', 'revision', 2),
        'after', jsonb_build_object('status', 'verified', 'revision', 3)) AS changes,
      jsonb_build_object('decisionId', gen_random_uuid(), 'reviewRound', 1) AS details
    FROM generate_series($1::bigint, $2::bigint) n),
  entries AS (
    INSERT INTO audit.entries (id, occurred_at, action, outcome, actor_type, actor_id, actor_roles, authenticated_by,
      session_id, target_type, target_id, target_version, target_sha256, target_owner_id, request_id, changes, details, leaf)
    SELECT id, at, 'document.verified', 'succeeded', 'user', person, '{verifier}', 'password', person, 'document',
      document::text, 1, sha256(document::text::bytea), person, id::text, changes, details,
      convert_to(jsonb_build_object('v', 1, 'id', id, 'occurredAt', to_char(at AT TIME ZONE 'UTC',
        'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'action', 'document.verified', 'outcome', 'succeeded',
        'actor', jsonb_build_object('type', 'user', 'id', person, 'roles', ARRAY['verifier'],
          'authenticatedBy', 'password', 'sessionId', person),
        'target', jsonb_build_object('type', 'document', 'id', document, 'version', 1,
          'sha256', encode(sha256(document::text::bytea), 'hex'), 'ownerId', person),
        'reasonCode', NULL, 'requestId', id, 'changes', changes, 'details', details, 'nonce', 'AAAAAAAAAAAAAAAAAAAAAA',
        'personal', jsonb_build_object('alg', 'sha256', 'commitment', 'x'))::text, 'UTF8')
    FROM made),
  personal AS (
    INSERT INTO audit.personal_values (entry_id, salt, value)
    SELECT id, sha256(id::text::bytea), '{"ip":"203.0.113.7","userAgent":"Mozilla/5.0 (X11; Linux x86_64)"}' FROM made)
  INSERT INTO audit.sealed_leaves (leaf_index, entry_id, leaf_hash) SELECT n, id, sha256(id::text::bytea) FROM made`;

async function seed(database: TestDatabase): Promise<void> {
  await withClient(database.adminUrl, async (admin) => {
    for (let from = 0; from < ENTRIES; from += BATCH) {
      await admin.query(SEED, [from, Math.min(ENTRIES, from + BATCH) - 1]);
    }
    await admin.query('ANALYZE audit.entries, audit.sealed_leaves, audit.personal_values');
  });
}

/** Downloads an export as fast as possible, and counts its lines. */
async function download(url: string, token: string, query: string): Promise<{ lines: number; mib: number }> {
  const answer = await fetch(`${url}/v1/audit/export?${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok || !answer.body) throw new Error(`The export answered ${answer.status}`);
  let [lines, bytes] = [0, 0];
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1;
  }
  return { lines, mib: bytes / 1024 ** 2 };
}

async function measure(api: ServerProcess, token: string, format: 'ndjson' | 'csv'): Promise<boolean> {
  const query = `format=${format}&action=document.verified`;
  // A small export first, so that the loading of code is not measured.
  await download(api.url, token, `${query}&to=2026-01-01T00:00:20Z`);
  await api.loopDelay();
  const before = residentMib(api.pid);
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, residentMib(api.pid))), 50);
  const started = performance.now();
  const { lines, mib } = await download(api.url, token, query);
  const seconds = (performance.now() - started) / 1000;
  clearInterval(timer);
  const { p99, max, held } = await api.loopDelay();
  const growth = most - before;
  const wanted = format === 'csv' ? ENTRIES + 1 : ENTRIES;
  console.log(
    `${format.padEnd(7)} ${lines} lines, ${mib.toFixed(0)} MiB in ${seconds.toFixed(1)} s (${Math.round(lines / seconds)} a second), ` +
      `memory +${growth.toFixed(1)} MiB on ${before.toFixed(0)}, event loop late by ${p99.toFixed(1)} ms (p99), ${max.toFixed(1)} ms at most, of its own doing ${held.toFixed(1)} ms at most`,
  );
  return lines === wanted && growth <= ALLOWED_GROWTH_MIB && held <= ALLOWED_HOLD_MS;
}

async function main(): Promise<void> {
  if (!existsSync(MAIN)) throw new Error('The product is not built: run npm run build first');
  const folder = mkdtempSync(join(tmpdir(), 'veritrail-bench-'));
  await globalSetup();
  const database = await createTestDatabase();
  await seed(database);
  const api = await ServerProcess.start({
    name: 'API',
    main: MAIN,
    environment: {
      ...testEnvironment(),
      DATABASE_URL: database.url,
      DATA_DIR: folder,
      SELF_REGISTRATION: 'true',
    },
    processors: null,
    logFile: join(folder, 'api.log'),
    probed: true,
  });
  try {
    // The auditor's role is set directly in the database.
    const token = await signInNewPerson(api.url, () =>
      changeRowsWithoutAudit(database, `UPDATE users.users SET roles = '{auditor}'`),
    );
    const fine = [await measure(api, token, 'ndjson'), await measure(api, token, 'csv')];
    process.exitCode = fine.every(Boolean) ? 0 : 1;
  } finally {
    await api.stop();
    await database.drop();
    await globalTeardown();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
