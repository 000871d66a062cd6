import { newId } from '#libs/kernel';
import { leafHash } from '#libs/merkle';
import { openNote, parseCheckpoint, parseTlogProof, provesInclusion } from '#libs/tlog';
import { type ApiClient } from '../support/api-client.js';
import { withClient } from '../support/catalogue.js';
import { useApi } from '../support/describe-api.js';
import { duringTests } from '../support/during-tests.js';
import { decideOn, type DocumentBody, downloadAs, uploadDocument } from '../support/documents.js';
import { HandSealer } from '../support/seal-log.js';

let owner: ApiClient;

const api = useApi();
const sealer = duringTests(() => HandSealer.open(api.database.adminUrl));

beforeAll(async () => {
  owner = api.as('user');
});

interface Decided {
  readonly document: DocumentBody;
  readonly decisionId: string;
  readonly path: string;
}

async function decide(prefer: string | null = null): Promise<Decided & { headers: Record<string, string> }> {
  const { body } = await uploadDocument(owner).expect(201);
  const { id } = body as DocumentBody;
  await downloadAs(api.as('verifier'), { id });
  const request = decideOn(body as DocumentBody, api.as('verifier'), 'verify');
  if (prefer !== null) void request.set('prefer', prefer);
  const answer = await request.send({}).expect(200);
  const document = answer.body as DocumentBody;
  const decisionId = document.decision!.id;
  return {
    document,
    decisionId,
    path: `/v1/documents/${id}/decisions/${decisionId}`,
    headers: answer.headers as Record<string, string>,
  };
}

/** The exact bytes of a response; supertest does not parse this media type. */
const bytesOf = async (client: ApiClient, path: string): Promise<Buffer> => {
  const { body } = await client.get(path).expect(200);
  return body as Buffer;
};

describe('the receipt of a decision', () => {
  it('proves its leaf under a checkpoint signed with the key of the log', async () => {
    const { path, decisionId, document } = await decide();
    await sealer.seal();
    const answer = await owner.get(`${path}/receipt`).expect(200);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.headers['content-disposition']).toBe(`attachment; filename="${decisionId}.tlog-proof"`);
    const { index, path: proof, checkpoint } = parseTlogProof(answer.text);
    const { size, root, origin } = parseCheckpoint(openNote(checkpoint, [sealer.signer.verifier]));
    expect(origin).toBe('test.example/log');
    const leaf = await bytesOf(owner, `${path}/leaf`);
    expect(provesInclusion(proof, { index, size, root, leafHash: leafHash(leaf) })).toBe(true);
    expect(JSON.parse(leaf.toString())).toMatchObject({
      action: 'document.verified',
      actor: { id: api.as('verifier').account!.id },
      target: { type: 'document', id: document.id, sha256: document.sha256, version: 1 },
    });
  });

  it('names a session and a request whose identifiers grant no access', async () => {
    const { path, document } = await decide();
    const leaf = JSON.parse(String(await bytesOf(owner, `${path}/leaf`))) as {
      actor: { sessionId: string };
      requestId: string;
    };
    for (const name of [leaf.actor.sessionId, leaf.requestId]) {
      expect(name).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
      await owner.withToken(name).get(`/v1/documents/${document.id}`).expect(401);
      await api.anonymous.post('/v1/auth/refresh').send({ refreshToken: name }).expect(401);
    }
  });

  it('refers to the newest checkpoint, and an old receipt stays valid', async () => {
    const { path } = await decide();
    await sealer.seal();
    const older = parseTlogProof((await owner.get(`${path}/receipt`).expect(200)).text);
    await decide();
    await sealer.seal();
    const newer = parseTlogProof((await owner.get(`${path}/receipt`).expect(200)).text);
    const leaf = leafHash(await bytesOf(owner, `${path}/leaf`));
    const sizes = [older, newer].map(({ index, path: proof, checkpoint }) => {
      const { size, root } = parseCheckpoint(openNote(checkpoint, [sealer.signer.verifier]));
      expect(provesInclusion(proof, { index, size, root, leafHash: leaf })).toBe(true);
      return size;
    });
    expect(sizes[1]).toBeGreaterThan(sizes[0]!);
  });

  it('gives 404 with Retry-After before the seal', async () => {
    const { path } = await decide();
    const answer = await owner.get(`${path}/receipt`).expect(409);
    expect(answer.body).toMatchObject({ code: 'NOT_SEALED_YET' });
    expect(answer.headers['retry-after']).toBe('1');
    expect((await bytesOf(owner, `${path}/leaf`)).length).toBeGreaterThan(100);
  });

  it('is available to readers of the document, and only under its own document', async () => {
    const { path, decisionId } = await decide();
    const other = await decide();
    await sealer.seal();
    for (const what of ['receipt', 'leaf']) {
      for (const reader of [owner, api.as('verifier'), api.as('admin'), api.as('auditor')]) {
        await reader.get(`${path}/${what}`).expect(200);
      }
      await (await api.newcomer(['user'])).get(`${path}/${what}`).expect(404);
      await api.as('user_manager').get(`${path}/${what}`).expect(403);
      await api.anonymous.get(`${path}/${what}`).expect(401);
      const crossed = `/v1/documents/${other.document.id}/decisions/${decisionId}/${what}`;
      await owner.get(crossed).expect(404);
      await owner.get(`/v1/documents/${other.document.id}/decisions/${newId()}/${what}`).expect(404);
      await owner.get(`/v1/documents/${other.document.id}/decisions/none/${what}`).expect(422);
    }
  });

  it('is not issued when the tables do not lead to the signed root', async () => {
    const { path, decisionId } = await decide();
    await sealer.seal();
    await owner.get(`${path}/receipt`).expect(200);
    await withClient(api.database.adminUrl, async (admin) => {
      await admin.query('ALTER TABLE audit.entries DISABLE TRIGGER USER');
      await admin.query(
        `UPDATE audit.entries SET leaf = leaf || ' '::bytea WHERE details->'decision'->>'id' = $1`,
        [decisionId],
      );
      await admin.query('ALTER TABLE audit.entries ENABLE TRIGGER USER');
    });
    await owner.get(`${path}/receipt`).expect(500);
  });
});

describe('a decision with Prefer: wait', () => {
  it('is answered once its receipt exists, with its location', async () => {
    const { headers, path } = await sealer.sealWhile(decide('respond-async, wait=10'));
    expect(headers['preference-applied']).toBe('wait=10');
    expect(headers['link']).toBe(`<${path}/receipt>; rel="describedby"; type="text/plain"`);
    await owner.get(`${path}/receipt`).expect(200);
  });

  it('is answered without a location when it is not sealed in time', async () => {
    const before = performance.now();
    const { headers, path } = await decide('wait=1');
    expect(performance.now() - before).toBeGreaterThan(900);
    expect(headers['preference-applied']).toBe('wait=1');
    expect(headers['link']).toBeUndefined();
    await owner.get(`${path}/receipt`).expect(409);
  });

  it('waits for a replayed response too, and only with the header', async () => {
    const { body } = await uploadDocument(owner).expect(201);
    const key = newId();
    await downloadAs(api.as('verifier'), body as DocumentBody);
    const verify = () =>
      decideOn(body as DocumentBody, api.as('verifier'), 'verify').set('idempotency-key', key);
    const first = await verify().send({}).expect(200);
    expect(first.headers['preference-applied']).toBeUndefined();
    await sealer.seal();
    const again = await verify().set('prefer', 'wait=0').send({}).expect(200);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.headers['link']).toContain('/receipt>');
  });

  it('holds no database connection while it waits', async () => {
    const decisions = Array.from({ length: 12 }, () => decide('wait=10'));
    const answers = await sealer.sealWhile(Promise.all(decisions));
    expect(answers.every(({ headers }) => headers['link'] !== undefined)).toBe(true);
  });
});
