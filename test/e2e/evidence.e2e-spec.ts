import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leafHash } from '#libs/merkle';
import { parseCheckpoint } from '#libs/tlog';
import { provesInclusion } from '#libs/tlog';
import { openNote } from '#libs/tlog';
import { parseTlogProof } from '#libs/tlog';
import { useApi } from '../support/describe-api.js';
import { afterwards, duringTests } from '../support/during-tests.js';
import { stored, uploadDocument } from '../support/documents.js';
import { bytesOf, decidedDocument, type LogArtefacts, makeArtefacts } from '../support/log-artefacts.js';
import { HandSealer } from '../support/seal-log.js';
import { unzip } from '../support/unzip.js';

let folder: string;
let artefacts: LogArtefacts;

const api = useApi();
const sealer = duringTests(() => HandSealer.open(api.database.adminUrl));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'veritrail-evidence-'));
  artefacts = await makeArtefacts(api, sealer, folder);
});

afterwards(async () => {
  rmSync(folder, { recursive: true, force: true });
});

const read = (name: string): Buffer => readFileSync(join(artefacts.bundle, name));
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

interface LeafText {
  readonly action: string;
  readonly target: { id: string };
  readonly personal: object | null;
}

describe('the evidence bundle of a document', () => {
  it('is a BagIt bag whose manifests list every file', () => {
    expect(read('bagit.txt').toString()).toBe('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
    const payload = readdirSync(join(artefacts.bundle, 'data')).sort();
    expect(payload).toEqual([
      'checkpoint',
      'decision.json',
      'decision.tlog-proof',
      'document.pdf',
      'leaves.jsonl',
      'log.vkey',
      'proofs.txt',
    ]);
    const lines = (names: string[]): string =>
      names.map((name) => `${sha256(read(name))}  ${name}\n`).join('');
    expect(read('manifest-sha256.txt').toString()).toBe(lines(payload.map((name) => `data/${name}`)));
    const tags = ['VERIFY.md', 'bag-info.txt', 'bagit.txt', 'manifest-sha256.txt'];
    expect(read('tagmanifest-sha256.txt').toString()).toBe(lines(tags));
    const bytes = payload.reduce((sum, name) => sum + read(`data/${name}`).length, 0);
    expect(read('bag-info.txt').toString()).toContain(`Payload-Oxum: ${bytes}.${payload.length}\n`);
    expect(read('bag-info.txt').toString()).toContain(`External-Identifier: ${artefacts.documentId}\n`);
  });

  it('contains the bytes of the decided version', async () => {
    const owner = api.as('user');
    const content = await bytesOf(owner, `/v1/documents/${artefacts.documentId}/versions/1/content`);
    expect(read('data/document.pdf').equals(content)).toBe(true);
    expect(JSON.parse(read('data/decision.json').toString())).toMatchObject({
      action: 'document.verified',
      target: { id: artefacts.documentId, sha256: sha256(content) },
    });
  });

  it('contains the leaf of every event, each proved under one checkpoint', () => {
    const checkpoint = read('data/checkpoint').toString();
    const { size, root } = parseCheckpoint(openNote(checkpoint, [sealer.signer.verifier]));
    const leaves = read('data/leaves.jsonl').toString().trimEnd().split('\n');
    const proofs = read('data/proofs.txt').toString().trimEnd().split('\n');
    expect(proofs).toHaveLength(leaves.length);
    for (const [at, proof] of proofs.entries()) {
      const [index, ...hashes] = proof.split(' ');
      const path = hashes.map((hash) => Buffer.from(hash, 'base64'));
      const claim = { index: Number(index), size, root, leafHash: leafHash(Buffer.from(leaves[at]!)) };
      expect(provesInclusion(path, claim)).toBe(true);
    }
    const contents = leaves.map((leaf) => JSON.parse(leaf) as LeafText);
    expect(contents.map(({ action }) => action)).toEqual([
      'document.uploaded',
      'document.content_read',
      'document.content_delivered',
      'document.claimed',
      'document.verified',
    ]);
    expect(leaves).toContain(read('data/decision.json').toString());
    expect(parseTlogProof(read('data/decision.tlog-proof').toString()).checkpoint).toBe(checkpoint);
    expect(read('data/log.vkey').toString()).toBe(`${artefacts.vkey}\n`);
  });

  it('contains no address and no salt', async () => {
    const secrets = await stored<{ salt: string; value: string }>(
      api,
      `SELECT encode(salt, 'base64') AS salt, convert_from(value, 'UTF8') AS value FROM audit.personal_values`,
    );
    expect(secrets.length).toBeGreaterThan(3);
    const all = readdirSync(artefacts.bundle, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('');
    for (const { salt } of secrets) expect(all).not.toContain(salt);
    expect(all).not.toContain('127.0.0.1');
  });

  it('is recorded itself, and the next bundle contains that entry', async () => {
    const [entry] = await stored<{ actor_id: string; details: object }>(
      api,
      `SELECT actor_id, details FROM audit.entries WHERE action = 'document.evidence_read' AND target_id = $1`,
      [artefacts.documentId],
    );
    expect(entry).toMatchObject({
      actor_id: api.as('user').account!.id,
      details: { decisionId: artefacts.decisionId, withContent: true },
    });
    await sealer.seal();
    const place = join(folder, 'next');
    await unzip(await bytesOf(api.as('user'), `/v1/documents/${artefacts.documentId}/evidence`), place);
    const next = readFileSync(join(place, `evidence-${artefacts.documentId}/data/leaves.jsonl`), 'utf8');
    expect(next).toContain('"action":"document.evidence_read"');
  });

  it('is not built for HEAD, which reads nothing', async () => {
    const path = `/v1/documents/${artefacts.documentId}/evidence`;
    const count = async (): Promise<number> =>
      (await stored(api, `SELECT id FROM audit.entries WHERE action = 'document.evidence_read'`)).length;
    const before = await count();
    const { headers } = await api.as('user').head(path).expect(200);
    expect(headers['content-disposition']).toContain('evidence-');
    expect(await count()).toBe(before);
  });

  it('has no bytes for an auditor, and states that', async () => {
    const place = join(folder, 'auditor');
    const names = await unzip(
      await bytesOf(api.as('auditor'), `/v1/documents/${artefacts.documentId}/evidence`),
      place,
    );
    expect(names.filter((name) => name.includes('data/document'))).toEqual([]);
    const bundle = join(place, `evidence-${artefacts.documentId}`);
    expect(existsSync(join(bundle, 'data/leaves.jsonl'))).toBe(true);
    expect(readFileSync(join(bundle, 'VERIFY.md'), 'utf8')).toContain(
      'The bytes of the document are not in this folder',
    );
  });

  it('is hidden from users who may not read the document', async () => {
    const path = `/v1/documents/${artefacts.documentId}/evidence`;
    await (await api.newcomer(['user'])).get(path).expect(404);
    await api.as('user_manager').get(path).expect(403);
    await api.anonymous.get(path).expect(401);
  });

  it('exists only after a decision and its seal', async () => {
    const owner = api.as('user');
    const { body } = await uploadDocument(owner).expect(201);
    const undecided = await owner.get(`/v1/documents/${(body as { id: string }).id}/evidence`).expect(409);
    expect(undecided.body).toMatchObject({ code: 'DOCUMENT_NOT_DECIDED' });
    const { id } = await decidedDocument(api);
    const unsealed = await owner.get(`/v1/documents/${id}/evidence`).expect(409);
    expect(unsealed.body).toMatchObject({ code: 'NOT_SEALED_YET' });
    expect(unsealed.headers['retry-after']).toBe('1');
  });
});
