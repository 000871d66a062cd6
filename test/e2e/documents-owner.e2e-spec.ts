import { createHash } from 'node:crypto';
import { newId } from '#libs/kernel';
import { type ApiClient, idOf } from '../support/api-client.js';
import { useApi } from '../support/describe-api.js';
import {
  DECIDE_UNREAD,
  decideOn,
  type DocumentBody,
  entriesOf,
  seedDocument,
  stored,
  uploadDocument,
} from '../support/documents.js';
import { pdfBytes, SMALLEST_PDF } from '../support/pdf.js';

let owner: ApiClient;
let stranger: ApiClient;
let verifier: ApiClient;

const api = useApi({ environment: DECIDE_UNREAD });

beforeAll(async () => {
  owner = await api.newcomer(['user']);
  stranger = api.as('user');
  verifier = api.as('verifier');
});

const sha256 = (seed: string): string =>
  createHash('sha256').update(pdfBytes(SMALLEST_PDF, seed)).digest('hex');

describe('an upload', () => {
  it('creates a pending document with the digest of its bytes, its history and its audit entry', async () => {
    const seed = newId();
    const request = uploadDocument(owner, {
      title: ' Reisepass ',
      seed,
      metadata: '{"country":"DE","x-1":""}',
    });
    const { body, headers } = await request.expect(201);
    expect(body).toMatchObject({
      ownerId: idOf(owner),
      title: 'Reisepass',
      type: 'passport',
      metadata: { country: 'DE', 'x-1': '' },
      status: 'pending',
      version: 1,
      sha256: sha256(seed),
      size: SMALLEST_PDF,
      mediaType: 'application/pdf',
      fileName: 'passport.pdf',
      decision: null,
      revision: 1,
    });
    expect(headers['location']).toMatch(new RegExp(`/v1/documents/${body.id}$`));
    expect(headers['etag']).toBe(body.etag);
    expect((await owner.get(`/v1/documents/${body.id}`).expect(200)).body).toEqual(body);
    const rows = await stored(
      api,
      `SELECT action, outcome, actor_id, encode(target_sha256, 'hex') AS sha256, changes FROM audit.entries
       WHERE target_id = $1`,
      [body.id],
    );
    expect(rows).toMatchObject([
      { action: 'document.uploaded', outcome: 'succeeded', actor_id: idOf(owner), sha256: sha256(seed) },
    ]);
    expect(JSON.stringify(rows)).not.toContain('Reisepass');
  });

  it.each([
    ['a type that is no identifier', { type: 'Passport' }, '/type'],
    ['no title', { title: ' ' }, '/title'],
    ['metadata that is no object', { metadata: '["a"]' }, '/metadata'],
    ['metadata with a number', { metadata: '{"a":1}' }, '/metadata'],
    ['metadata with a key of JavaScript’s', { metadata: '{"constructor":"x"}' }, '/metadata/constructor'],
    ['metadata with too many keys', { metadata: JSON.stringify(manyKeys(51)) }, '/metadata'],
  ])('with %s is refused and stores nothing', async (_, fields, pointer) => {
    const before = await stored(api, 'SELECT count(*)::int AS n FROM documents.documents');
    const { body } = await uploadDocument(owner, fields).expect(422);
    expect(body.errors).toMatchObject([{ in: 'body', pointer }]);
    expect(await stored(api, 'SELECT count(*)::int AS n FROM documents.documents')).toEqual(before);
  });

  it('creates one document, however often it is repeated with its key', async () => {
    const key = newId();
    const seed = newId();
    const first = await uploadDocument(owner, { seed }).set('idempotency-key', key).expect(201);
    const again = await uploadDocument(owner, { seed }).set('idempotency-key', key).expect(201);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    await uploadDocument(owner, { seed: newId() }).set('idempotency-key', key).expect(422);
  });
});

describe('a document of the user', () => {
  let document: DocumentBody;
  let path: string;

  beforeEach(async () => {
    document = await seedDocument(api, owner);
    path = `/v1/documents/${document.id}`;
  });

  it('is changed only if If-Match names the current revision', async () => {
    await owner.patch(path).send({ title: 'New' }).expect(428);
    const { body, headers } = await owner
      .patch(path)
      .set('if-match', '"1"')
      .send({ title: 'New' })
      .expect(200);
    expect(body).toMatchObject({ title: 'New', type: 'passport', revision: 2 });
    expect(headers['etag']).toBe(body.etag);
    const stale = await owner.patch(path).set('if-match', '"1"').send({ title: 'Newer' }).expect(412);
    expect(stale.headers['etag']).toBe(body.etag);
    expect(await entriesOf(api, document.id)).toMatchObject([
      {
        action: 'document.updated',
        outcome: 'succeeded',
        changes: {
          before: { title: '[redacted]', revision: 1 },
          after: { title: '[redacted]', revision: 2 },
        },
      },
      { action: 'document.updated', outcome: 'failed', reason_code: 'PRECONDITION_FAILED' },
    ]);
  });

  it('keeps its revision, and nothing is recorded, when the change changes nothing', async () => {
    const same = { title: 'Passport', type: 'passport', metadata: {} };
    for (const changes of [same, {}]) {
      const { body } = await owner.patch(path).set('if-match', '*').send(changes).expect(200);
      expect(body).toEqual(document);
    }
    expect(await entriesOf(api, document.id)).toEqual([]);
  });

  it('refuses members that a client cannot set', async () => {
    for (const changes of [
      { status: 'verified' },
      { ownerId: idOf(stranger) },
      { revision: 9 },
      { title: null },
      { metadata: null },
      { metadata: { a: { b: 'c' } } },
      { metadata: JSON.parse('{"constructor":"x"}') as object },
    ]) {
      await owner.patch(path).set('if-match', '*').send(changes).expect(422);
    }
  });

  it('has its metadata replaced as a whole', async () => {
    await owner
      .patch(path)
      .set('if-match', '*')
      .send({ metadata: { a: '1', b: '2' } })
      .expect(200);
    const { body } = await owner
      .patch(path)
      .set('if-match', '*')
      .send({ metadata: { b: '3' } })
      .expect(200);
    expect(body.metadata).toEqual({ b: '3' });
  });

  it('cannot be edited after a decision or during a claim', async () => {
    await verifier.post(`${path}/claim`).expect(200);
    const looking = await owner.patch(path).set('if-match', '*').send({ type: 'visa' }).expect(409);
    expect(looking.body).toMatchObject({ code: 'ILLEGAL_TRANSITION', currentStatus: 'in_review' });
    await verifier.post(`${path}/verify`).expect(200);
    const verified = await owner.patch(path).set('if-match', '*').send({ type: 'visa' }).expect(409);
    expect(verified.body).toMatchObject({ currentStatus: 'verified', legalActions: [] });
  });

  it('is withdrawn permanently', async () => {
    const { body } = await owner.post(`${path}/withdraw`).expect(200);
    expect(body).toMatchObject({ status: 'withdrawn', revision: 2 });
    await verifier.post(`${path}/verify`).expect(409);
    await owner.post(`${path}/withdraw`).expect(409);
  });

  it('gets a new version after changes were requested, and the review starts again', async () => {
    await decideOn(document, verifier, 'request-changes', { reasonCode: 'unreadable' }).expect(200);
    const seed = newId();
    const { body, headers } = await addVersion(owner, document.id, seed).set('if-match', '"2"').expect(201);
    expect(body).toMatchObject({
      status: 'pending',
      version: 2,
      sha256: sha256(seed),
      decision: null,
      revision: 3,
    });
    expect(headers['location']).toMatch(new RegExp(`${path}/versions/2/content$`));

    const stale = await verifier.post(`${path}/verify`).send({ versionSha256: document.sha256 }).expect(409);
    expect(stale.body).toMatchObject({
      code: 'DOCUMENT_VERSION_CHANGED',
      currentVersionSha256: sha256(seed),
    });
    await verifier
      .post(`${path}/verify`)
      .set('if-match', body.etag)
      .send({ versionSha256: sha256(seed) })
      .expect(200);

    const versions = await owner.get(`${path}/versions`).expect(200);
    expect(versions.body.items).toMatchObject([
      { number: 2, sha256: sha256(seed), uploadedBy: idOf(owner) },
      { number: 1, sha256: document.sha256 },
    ]);
    expect(versions.text).not.toMatch(/storage/i);
    const decisions = await owner.get(`${path}/decisions`).expect(200);
    expect(decisions.body.items).toMatchObject([
      { outcome: 'verified', version: 2, versionSha256: sha256(seed), reviewRound: 2 },
      { outcome: 'changes_requested', version: 1, versionSha256: document.sha256, reviewRound: 1 },
    ]);
    expect((await entriesOf(api, document.id))[1]).toMatchObject({
      action: 'document.version_added',
      target_version: 2,
      sha256: sha256(seed),
      changes: {
        before: { version: 1, sha256: document.sha256 },
        after: { version: 2, sha256: sha256(seed) },
      },
    });
  });

  it('stores no bytes and no row of a version that came too late', async () => {
    await decideOn(document, verifier, 'verify').expect(200);
    const { body } = await addVersion(owner, document.id, newId()).expect(409);
    expect(body).toMatchObject({ code: 'ILLEGAL_TRANSITION', currentStatus: 'verified' });
    expect(
      await stored(api, 'SELECT number FROM documents.versions WHERE document_id = $1', [document.id]),
    ).toEqual([{ number: 1 }]);
  });

  it('has pages of versions, decisions and history', async () => {
    for (const seed of ['2', '3', '4']) await addVersion(owner, document.id, seed).expect(201);
    for (const [list, key, expected] of [
      ['versions', 'number', [4, 3, 2, 1]],
      ['history', 'revision', [4, 3, 2, 1]],
    ] as const) {
      const seen: number[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const query: string = cursor ? `&cursor=${cursor}` : '';
        const { body } = await owner.get(`${path}/${list}?limit=3${query}`).expect(200);
        seen.push(...body.items.map((item: Record<string, number>) => item[key]));
        cursor = body.nextCursor;
      }
      expect(seen).toEqual(expected);
    }
    for (const cursor of [
      'x',
      'e30',
      'eyJiZWxvdyI6MH0',
      Buffer.from('{"below":99999999999}').toString('base64url'),
    ]) {
      const { status } = await owner.get(`${path}/history?cursor=${cursor}`);
      expect(status).toBe(400);
    }
  });
});

describe('a document of another user', () => {
  it('does not exist for other users, whatever they request', async () => {
    const { id } = await seedDocument(api, owner);
    const missing = newId();
    const attempts: Array<(id: string) => ReturnType<ApiClient['get']>> = [
      (target) => stranger.get(`/v1/documents/${target}`),
      (target) => stranger.get(`/v1/documents/${target}/versions`),
      (target) => stranger.get(`/v1/documents/${target}/history`),
      (target) => stranger.get(`/v1/documents/${target}/decisions`),
      (target) => stranger.patch(`/v1/documents/${target}`).set('if-match', '*').send({ title: 'x' }),
      (target) => stranger.post(`/v1/documents/${target}/withdraw`),
      (target) => addVersion(stranger, target, 's'),
    ];
    for (const attempt of attempts) {
      const [foreign, absent] = [await attempt(id).expect(404), await attempt(missing).expect(404)];
      const anyRequest = { instance: expect.any(String), requestId: expect.any(String) };
      expect(foreign.body).toEqual({ ...absent.body, ...anyRequest });
    }
    const { body } = await stranger.get(`/v1/documents?ownerId=${idOf(owner)}`).expect(200);
    expect(body).toEqual({ items: [], nextCursor: null });
  });

  it('is readable by reviewers and changed only by its owner', async () => {
    const { id } = await seedDocument(api, owner);
    for (const client of [verifier, api.as('admin')]) {
      const { body } = await client.post(`/v1/documents/${id}/withdraw`).expect(403);
      expect(body).toMatchObject({ code: 'NOT_THE_OWNER', currentStatus: 'pending' });
      await client.patch(`/v1/documents/${id}`).set('if-match', '*').send({ title: 'x' }).expect(403);
      await addVersion(client, id, 's').expect(403);
    }
    await api.as('auditor').get(`/v1/documents/${id}`).expect(200);
    await api.as('auditor').post(`/v1/documents/${id}/withdraw`).expect(403);
    await api.as('user_manager').get(`/v1/documents/${id}`).expect(403);
  });
});

function addVersion(client: ApiClient, documentId: string, seed: string) {
  const request = client.post(`/v1/documents/${documentId}/versions`);
  return request.attach('file', pdfBytes(SMALLEST_PDF, seed), 'again.pdf');
}

function manyKeys(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
}
