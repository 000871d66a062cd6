import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { storeContent, storeProblems, wrongBlobs } from './support/blobs.js';
import { Client } from './support/client.js';
import { inconsistencies } from './support/consistency.js';
import { wrongDownloads } from './support/downloads.js';
import { Ledger } from './support/ledger.js';
import { FaultHarness } from './support/harness.js';

// Shows that the checks can fail: every kind of loss is planted and must be reported.
describe('S01 the checks report planted losses', () => {
  let harness: FaultHarness;
  let first: { id: string; sha256: string };

  beforeAll(async () => {
    harness = await FaultHarness.open('S01');
    const { workload, owner, reviewer } = harness;
    for (let index = 0; index < 3; index += 1) await workload.upload(owner);
    const [document] = workload.uploads;
    if (!document) throw new Error('The upload was refused');
    first = document;
    expect((await workload.decide(reviewer, document)).status).toBe(200);
    expect(await harness.problems()).toEqual([]);
  });

  afterAll(() => harness?.close());

  /** Changes rows without constraints, triggers and privileges, as only a fault could, and restores them afterwards. */
  const withRows = async (sql: string, parameters: unknown[] = []): Promise<string[]> => {
    const { postgres } = harness.stack;
    const client = await postgres.connect();
    const tables = ['documents.documents', 'documents.versions', 'documents.decisions', 'documents.history'];
    tables.push('audit.entries', 'auth.sessions');
    try {
      await client.query('SET session_replication_role = replica');
      for (const table of tables)
        await client.query(`CREATE TEMP TABLE "${table}" AS SELECT * FROM ${table}`);
      await client.query(sql, parameters);
      return await inconsistencies(postgres, harness.workload);
    } finally {
      for (const table of tables) {
        await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
        await client.query(`DELETE FROM ${table}`);
        await client.query(`INSERT INTO ${table} SELECT * FROM "${table}"`);
        await client.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
      }
      await client.end();
    }
  };

  const ENTRY = `FROM audit.entries WHERE target_id = $1 AND action`;

  it.each([
    ['a lost upload', 'DELETE FROM documents.documents WHERE id = $1', 'acknowledged upload that is gone'],
    [
      'a lost upload',
      'DELETE FROM documents.documents WHERE id = $1',
      'audit entry of an upload without its document',
    ],
    [
      'a lost version',
      'DELETE FROM documents.versions WHERE document_id = $1',
      'without its current version',
    ],
    [
      'another hash',
      `UPDATE documents.versions SET sha256 = sha256('x') WHERE document_id = $1`,
      'changed upload',
    ],
    [
      'another hash',
      `UPDATE documents.versions SET sha256 = sha256('x') WHERE document_id = $1`,
      'decision about other bytes',
    ],
    [
      'a lost decision',
      'DELETE FROM documents.decisions WHERE document_id = $1',
      'acknowledged decision that is gone',
    ],
    [
      'a lost decision',
      'DELETE FROM documents.decisions WHERE document_id = $1',
      'whose state no decision explains',
    ],
    [
      'a lost decision',
      'DELETE FROM documents.decisions WHERE document_id = $1',
      'other than one succeeded audit entry per decision',
    ],
    [
      'a lost line of history',
      `DELETE FROM documents.history WHERE document_id = $1 AND decision_id IS NOT NULL`,
      'without its line in the history',
    ],
    [
      'a lost audit entry',
      `DELETE ${ENTRY} = 'document.uploaded'`,
      'without exactly one succeeded audit entry',
    ],
    [
      'a doubled decision',
      `INSERT INTO documents.decisions SELECT (jsonb_populate_record(d, '{"id": "01a00000-0000-7000-8000-000000000000", "review_round": 9}')).*
       FROM documents.decisions d WHERE document_id = $1`,
      'other than one succeeded audit entry per decision',
    ],
    [
      'a doubled audit entry',
      `INSERT INTO audit.entries
       SELECT (jsonb_populate_record(e, jsonb_build_object(
         'id', overlay(e.id::text PLACING '000000000000' FROM 25), 'leaf', NULL))).*
       FROM audit.entries e WHERE target_id = $1 AND action = 'document.uploaded'`,
      'without exactly one succeeded audit entry',
    ],
    [
      'a doubled upload',
      `INSERT INTO documents.documents SELECT (jsonb_populate_record(d, '{"id": "01a00000-0000-7000-8000-000000000000"}')).*
       FROM documents.documents d WHERE id = $1`,
      'one upload took effect twice',
    ],
    [
      'an upload that no client sent',
      `UPDATE documents.documents SET title = 'Stranger' WHERE id = $1`,
      'document that no client sent',
    ],
    [
      'a session without an audit entry',
      `DELETE FROM audit.entries WHERE action = 'session.created' AND $1 <> ''`,
      'session without its audit entry',
    ],
  ])('in the rows: %s', async (_, sql, reported) => {
    expect(await withRows(sql, [first.id])).toEqual(
      expect.arrayContaining([expect.stringContaining(reported)]),
    );
    expect(await inconsistencies(harness.stack.postgres, harness.workload)).toEqual([]);
  });

  it('in the store: a lost, a changed and an orphaned blob', async () => {
    const { stack, workload, reviewer } = harness;
    const [key, path] = [...storeContent(stack.dataDir).published][0] ?? ['', ''];
    const bytes = readFileSync(path);
    rmSync(path);
    expect(await storeProblems(stack)).toEqual([`row without its blob: ${key}`]);
    const damaged = Buffer.from(bytes);
    damaged[100] = (damaged[100] ?? 0) ^ 1;
    writeFileSync(path, damaged);
    expect(await wrongBlobs(stack)).toEqual([`blob with other bytes than its row says: ${key}`]);
    // The API detects it as well, and serves no wrong content.
    expect(await wrongDownloads(workload, reviewer)).toEqual([
      expect.stringMatching(/^download of .*: 500$/),
    ]);
    writeFileSync(path, bytes);
    const strays = [join(path, '..', 'stray'), join(stack.dataDir, 'blobs', 'staging', 'stray')];
    for (const stray of strays) writeFileSync(stray, '');
    expect(await storeProblems(stack)).toEqual(['left in staging: stray', 'blob that no row names: stray']);
    for (const stray of strays) rmSync(stray);
    expect(await storeProblems(stack)).toEqual([]);
  });

  it('in the responses: a 500, an error that is not a problem, a 503 without Retry-After', async () => {
    const problem = (status: number) => JSON.stringify({ type: 'x', code: 'X', status });
    const answers: Record<string, [number, Record<string, string>, string]> = {
      '/500': [500, { 'content-type': 'application/problem+json' }, problem(500)],
      '/text': [400, { 'content-type': 'text/plain' }, 'no'],
      '/503': [503, { 'content-type': 'application/problem+json' }, problem(503)],
      '/fine': [409, { 'content-type': 'application/problem+json' }, problem(409)],
    };
    const server = createServer((incoming, outgoing) => {
      const [status, headers, body] = answers[incoming.url ?? ''] ?? [404, {}, ''];
      outgoing.writeHead(status, headers).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const ledger = new Ledger(harness.stack.sandbox.path('other-ledger'));
    const client = new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, ledger);
    for (const path of Object.keys(answers)) await client.send({ path });
    expect(client.violations).toEqual([
      expect.stringContaining('answered 500'),
      expect.stringContaining('is no problem'),
      expect.stringContaining('without Retry-After'),
    ]);
    client.close();
    ledger.close();
    server.close();
    server.closeAllConnections();
  });
});
