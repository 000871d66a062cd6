import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '#libs/kernel';
import { idOf } from '../support/api-client.js';
import { useApi, useClient } from '../support/describe-api.js';
import { duringTests } from '../support/during-tests.js';
import { downloadAs, uploadDocument } from '../support/documents.js';
import { pdfBytes, SMALLEST_PDF } from '../support/pdf.js';
import { HandSealer } from '../support/seal-log.js';
import { reconcile as runReconcile, verifier } from '../support/verifier.js';

let vkey: string;
const folder = mkdtempSync(join(tmpdir(), 'veritrail-verifier-'));

const api = useApi();
const sealer = duringTests(() => HandSealer.open(api.database.ownerUrl));
const admin = useClient(() => api.database.adminUrl);

beforeAll(() => {
  vkey = sealer.signer.verifier.vkey;
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Decided {
  readonly id: string;
  readonly sha256: string;
  readonly decisionId: string;
}

async function decide(verb: string, body: object = {}): Promise<Decided> {
  const uploaded = await uploadDocument(api.as('user')).expect(201);
  const { id, sha256 } = uploaded.body as { id: string; sha256: string };
  await downloadAs(api.as('verifier'), { id });
  const request = api.as('verifier').post(`/v1/documents/${id}/${verb}`).set('if-match', '"1"');
  const decided = await request.send(body).expect(200);
  return { id, sha256, decisionId: (decided.body as { decision: { id: string } }).decision.id };
}

/** Seals, and waits until the cached checkpoint of the server has expired. */
async function publish(): Promise<void> {
  await sealer.seal();
  await sleep(300);
}

/** Changes rows like an attacker who controls the database: triggers and permissions do not apply. */
async function bypassAudit(...statements: string[]): Promise<void> {
  await admin.query('SET session_replication_role = replica');
  for (const statement of statements) await admin.query(statement);
  await admin.query('SET session_replication_role = origin');
}

const reconcile = async (...options: string[]) =>
  runReconcile('--database-url', api.database.adminUrl, '--key', vkey, ...options);

describe('the log of a running server', () => {
  it('passes with the token of an auditor, and without a token with --hashes-only', async () => {
    await decide('verify');
    await publish();
    const token = String(api.as('auditor').accessToken);
    const run = await verifier('log', `${api.url}/tlog`, '--key', vkey, '--token', token);
    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(await verifier('log', `${api.url}/tlog`, '--key', vkey, '--hashes-only')).toMatchObject({
      code: 0,
    });
    const stranger = await verifier('log', `${api.url}/tlog`, '--key', vkey);
    expect(stranger).toMatchObject({ code: 2, errors: expect.stringContaining('entries are for auditors') });
  });

  it('continues a checkpoint from an earlier check', async () => {
    const kept = join(folder, 'checkpoint');
    const place = [`${api.url}/tlog`, '--key', vkey, '--hashes-only'];
    expect(await verifier('log', ...place, '--keep', kept)).toMatchObject({ code: 0 });
    await decide('verify');
    await publish();
    expect(await verifier('log', ...place, '--since', kept)).toMatchObject({ code: 0, errors: '' });
  });
});

describe('reconcile', () => {
  it('passes if the tables match the log', async () => {
    const { id } = await decide('request-changes', { reasonCode: 'unreadable' });
    await api
      .as('user')
      .post(`/v1/documents/${id}/versions`)
      .attach('file', pdfBytes(SMALLEST_PDF, 'another'), 'passport.pdf')
      .expect(201);
    const other = await decide('reject', { reasonCode: 'suspected_tampering' });
    await api
      .as('admin')
      .post(`/v1/documents/${other.id}/reopen`)
      .send({ reasonCode: 'other', message: 'again' })
      .expect(200);
    const person = await api.newcomer(['user']);
    const manager = api.as('user_manager');
    await manager
      .put(`/v1/users/${idOf(person)}/roles`)
      .set('if-match', '"1"')
      .send({ roles: ['auditor', 'verifier'] })
      .expect(200);
    await manager
      .post(`/v1/users/${idOf(person)}/suspend`)
      .send({ reason: 'left' })
      .expect(200);
    await sealer.seal();
    const run = await reconcile();
    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(run.out).toMatch(/compared \d+ documents, \d+ versions, \d+ decisions, \d+ users\nleft out 0/);
  });

  it('leaves out changes that no checkpoint covers yet', async () => {
    await decide('verify');
    expect(await reconcile()).toMatchObject({ code: 0, out: expect.stringContaining('left out 1 ') });
    await sealer.seal();
    expect(await reconcile()).toMatchObject({ code: 0, out: expect.stringContaining('left out 0 ') });
  });

  it('names every row that was changed without an audit entry', async () => {
    const [rejected, verified] = [
      await decide('reject', { reasonCode: 'duplicate' }),
      await decide('verify'),
    ];
    const person = await api.newcomer(['user']);
    await sealer.seal();
    await bypassAudit(
      `UPDATE documents.documents SET status = 'verified' WHERE id = '${rejected.id}'`,
      `UPDATE documents.decisions SET outcome = 'verified', reason_code = NULL WHERE id = '${rejected.decisionId}'`,
      `UPDATE documents.versions SET sha256 = decode(repeat('ab', 32), 'hex') WHERE document_id = '${verified.id}'`,
      `UPDATE users.users SET roles = '{admin}' WHERE id = '${idOf(person)}'`,
    );
    const { code, errors } = await reconcile();
    expect(code).toBe(1);
    expect(errors.split('\n').sort()).toEqual(
      [
        `BROKEN document ${rejected.id}: its status is "verified" in the tables and "rejected" in the log`,
        `BROKEN decision ${rejected.decisionId}: its outcome is "verified" in the tables and "rejected" in the log`,
        `BROKEN decision ${rejected.decisionId}: its reasonCode is null in the tables and "duplicate" in the log`,
        `BROKEN version ${verified.id}/1: its sha256 is "${'ab'.repeat(32)}" in the tables and ` +
          `"${verified.sha256}" in the log`,
        `BROKEN user ${idOf(person)}: its roles is ["admin"] in the tables and ["user"] in the log`,
      ].sort(),
    );
    await bypassAudit(
      `UPDATE documents.documents SET status = 'rejected' WHERE id = '${rejected.id}'`,
      `UPDATE documents.decisions SET outcome = 'rejected', reason_code = 'duplicate' WHERE id = '${rejected.decisionId}'`,
      `UPDATE documents.versions SET sha256 = decode('${verified.sha256}', 'hex') WHERE document_id = '${verified.id}'`,
      `UPDATE users.users SET roles = '{user}' WHERE id = '${idOf(person)}'`,
    );
    expect(await reconcile()).toMatchObject({ code: 0 });
  });

  it('names rows that exist only in the log or only in the tables', async () => {
    const { decisionId, id } = await decide('verify');
    await sealer.seal();
    const invented = newId();
    await bypassAudit(
      `CREATE TABLE public.kept AS SELECT * FROM documents.decisions WHERE id = '${decisionId}'`,
      `DELETE FROM documents.decisions WHERE id = '${decisionId}'`,
      `INSERT INTO users.users (id, email, display_name, roles, status, created_at, updated_at)
       VALUES ('${invented}', '${invented}@example.com', 'x', '{admin}', 'active', now(), now())`,
    );
    const { code, errors } = await reconcile();
    expect({ code, errors }).toEqual({ code: 1, errors: expect.any(String) });
    expect(errors).toContain(`decision ${decisionId}: it is in the log, but not in the tables`);
    expect(errors).toContain(`user ${invented}: it is in the tables, but not in the log`);
    expect(errors).not.toContain(`document ${id}`);
    await bypassAudit(
      'INSERT INTO documents.decisions SELECT * FROM public.kept',
      'DROP TABLE public.kept',
      `DELETE FROM users.users WHERE id = '${invented}'`,
    );
  });

  it('does not compare the tables with a broken log', async () => {
    const { id } = await decide('verify');
    await sealer.seal();
    const { rows } = await admin.query<{ id: string; index: string; leaf: Buffer }>(
      `SELECT e.id, s.leaf_index AS index, e.leaf FROM audit.entries e JOIN audit.sealed_leaves s ON s.entry_id = e.id
       WHERE e.target_id = '${id}' AND e.action = 'document.verified'`,
    );
    const [entry] = rows;
    const rewrite = `UPDATE audit.entries SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), $1, $2), 'UTF8') WHERE id = $3`;
    const [was, is] = ['"authenticatedBy":"password"', '"authenticatedBy":"passkeys"'];
    await admin.query('SET session_replication_role = replica');
    await admin.query(rewrite, [was, is, entry!.id]);
    const run = await reconcile();
    expect(run).toMatchObject({
      code: 1,
      out: expect.stringContaining('the tables were not compared'),
      errors: expect.stringContaining(`BROKEN leaf ${entry!.index}: it is not what was logged`),
    });
    await admin.query(rewrite, [is, was, entry!.id]);
    await admin.query('SET session_replication_role = origin');
    expect(await reconcile()).toMatchObject({ code: 0 });
  });

  it('cannot check without a connection, or without the tables', async () => {
    const away = ['--key', vkey, '--database-url'];
    expect(await runReconcile(...away, 'postgres://x:y@127.0.0.1:1/x')).toMatchObject({ code: 2 });
    const empty = new URL(api.database.adminUrl);
    empty.pathname = '/postgres';
    expect(await runReconcile(...away, empty.href)).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/^COULD NOT CHECK: The database: [^\n]+$/),
    });
  });
});

describe('a receipt checked offline', () => {
  it('passes with its leaf and matches this decision', async () => {
    const { decisionId, id, sha256 } = await decide('verify');
    await sealer.seal();
    const path = `/v1/documents/${id}/decisions/${decisionId}`;
    const receipt = await api.as('user').get(`${path}/receipt`).expect(200);
    const leaf = await api.as('user').get(`${path}/leaf`).buffer(true).expect(200);
    writeFileSync(join(folder, 'receipt'), receipt.text);
    writeFileSync(join(folder, 'leaf'), leaf.body as Buffer);
    const expected = ['--document', id, '--decision', decisionId, '--sha256', sha256];
    const run = await verifier(
      'receipt',
      join(folder, 'receipt'),
      '--leaf',
      join(folder, 'leaf'),
      '--key',
      vkey,
      ...expected,
    );
    expect(run).toMatchObject({ code: 0, errors: '' });
  });
});
