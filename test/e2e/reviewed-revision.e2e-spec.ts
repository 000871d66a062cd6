import { type ApiClient, idOf } from '../support/api-client.js';
import { useApi } from '../support/describe-api.js';
import {
  actOn,
  decideOn,
  decisionsOf,
  type DocumentBody,
  downloadAs,
  entriesOf,
  uploadDocument,
} from '../support/documents.js';
import { pdfBytes, SMALLEST_PDF } from '../support/pdf.js';

const LEASE_SECONDS = 2;
const DECISIONS = [
  ['verify', {}],
  ['reject', { reasonCode: 'duplicate' }],
  ['request-changes', { reasonCode: 'unreadable' }],
] as const;

let owner: ApiClient;
let verifier: ApiClient;
let document: DocumentBody;
let path: string;

const api = useApi({ environment: { CLAIM_LEASE_SECONDS: String(LEASE_SECONDS) } });

beforeAll(() => {
  owner = api.as('user');
  verifier = api.as('verifier');
});
beforeEach(async () => {
  document = (await uploadDocument(owner).expect(201)).body as DocumentBody;
  path = `/v1/documents/${document.id}`;
  await downloadAs(verifier, document);
});

const current = async (client = verifier): Promise<DocumentBody> =>
  (await client.get(path).expect(200)).body as DocumentBody;
const edit = (title: string) => owner.patch(path).set('if-match', '*').send({ title }).expect(200);

describe('a decision without the reviewer’s own live claim', () => {
  it('is refused with 428 without If-Match, and with *, which names no revision', async () => {
    for (const [action, body] of DECISIONS) {
      for (const given of [body, { ...body, versionSha256: document.sha256 }]) {
        const { body: refused } = await actOn(document, verifier, action, given).expect(428);
        expect(refused.code).toBe('PRECONDITION_REQUIRED');
        await actOn(document, verifier, action, given).set('if-match', '*').expect(428);
      }
    }
    expect(await decisionsOf(api, document.id)).toEqual([]);
    await decideOn(document, verifier, 'verify').expect(200);
  });

  it('is refused after a new version that the reviewer has not seen', async () => {
    await owner
      .post(`${path}/versions`)
      .attach('file', pdfBytes(SMALLEST_PDF, 'second'), 'passport.pdf')
      .expect(201);
    await actOn(document, verifier, 'verify').expect(428);
    for (const [action, body] of DECISIONS) {
      const { body: refused } = await decideOn(document, verifier, action, body).expect(412);
      expect(refused.code).toBe('PRECONDITION_FAILED');
    }
    const { etag } = await current();
    await actOn(document, verifier, 'verify', { versionSha256: document.sha256 })
      .set('if-match', etag)
      .expect(409);
    expect(await decisionsOf(api, document.id)).toEqual([]);
    expect((await entriesOf(api, document.id)).at(-1)).toMatchObject({
      action: 'document.verified',
      outcome: 'failed',
      actor_id: idOf(verifier),
      reason_code: 'DOCUMENT_VERSION_CHANGED',
    });
  });

  it('is refused after an edit of the description, also with the SHA-256 of the version', async () => {
    await edit('A title never seen');
    const given = { versionSha256: document.sha256 };
    await actOn(document, verifier, 'verify', given).expect(428);
    await decideOn(document, verifier, 'verify', given).expect(412);
    await decideOn(await current(), verifier, 'verify', given).expect(200);
  });

  it('is refused when the claim has lapsed, whether or not the owner changed anything', async () => {
    await actOn(document, verifier, 'claim').expect(200);
    await owner.patch(path).set('if-match', '*').send({ title: 'During the claim' }).expect(409);
    api.clock.advance(LEASE_SECONDS + 1);
    const given = { versionSha256: document.sha256 };
    await actOn(document, verifier, 'verify', given).expect(428);
    await edit('After the claim');
    await actOn(document, verifier, 'verify', given).expect(428);
    await actOn(document, verifier, 'verify', given).set('if-match', '"2"').expect(412);
    expect(await decisionsOf(api, document.id)).toEqual([]);
    await actOn(document, verifier, 'claim').expect(200);
    await actOn(document, verifier, 'verify', given).expect(200);
  });

  it('takes the entity tag of a list item', async () => {
    const { body } = await verifier.get(`/v1/documents?ownerId=${idOf(owner)}&limit=1`).expect(200);
    const [item] = body.items as DocumentBody[];
    expect(item).toMatchObject({ id: document.id, etag: (await current()).etag });
    await decideOn(item!, verifier, 'verify').expect(200);
  });
});

describe('the entity tag of a document', () => {
  it('is strong, has the revision and a hash, and is the same in body, header and list', async () => {
    const { body, headers } = await verifier.get(path).expect(200);
    expect(body.etag).toMatch(/^"1-[\w-]{22}"$/);
    expect(headers['etag']).toBe(body.etag);
    await verifier.get(path).set('if-none-match', body.etag).expect(304);
    await verifier.get(path).set('if-none-match', '"1"').expect(200);
    await verifier.get(path).set('if-none-match', '"1-another"').expect(200);
  });

  it('differs for readers who get different bodies, and both are accepted in If-Match', async () => {
    const given = { reasonCode: 'unreadable', note: 'For reviewers only.' };
    await decideOn(document, verifier, 'request-changes', given).expect(200);
    const [ownerSees, reviewerSees] = [await current(owner), await current()];
    expect(ownerSees.decision).not.toEqual(reviewerSees.decision);
    expect(ownerSees.etag).not.toBe(reviewerSees.etag);
    await owner.get(path).set('if-none-match', reviewerSees.etag).expect(200);
    await owner.patch(path).set('if-match', reviewerSees.etag).send({ title: 'New' }).expect(200);
  });

  it('stays the same when a claim is extended, which makes no revision and no 412', async () => {
    const claimed = await actOn(document, verifier, 'claim').expect(200);
    api.clock.advance(1);
    const extended = await actOn(document, verifier, 'claim').set('if-match', claimed.body.etag).expect(200);
    expect(extended.body).toEqual({
      ...claimed.body,
      claim: { reviewerId: idOf(verifier), claimedUntil: expect.any(String) },
    });
    expect(extended.body.claim.claimedUntil > claimed.body.claim.claimedUntil).toBe(true);
    const { body: history } = await verifier.get(`${path}/history`).expect(200);
    expect(history.items).toHaveLength(2);
    const entries = await entriesOf(api, document.id);
    expect(entries.filter(({ action }) => action === 'document.claimed')).toMatchObject([
      { changes: { after: { revision: 2, claimedUntil: claimed.body.claim.claimedUntil } } },
      {
        changes: {
          before: { revision: 2, claimedUntil: claimed.body.claim.claimedUntil },
          after: { revision: 2, claimedUntil: extended.body.claim.claimedUntil },
        },
      },
    ]);
    await actOn(document, verifier, 'verify').set('if-match', claimed.body.etag).expect(200);
  });

  it('matches neither a revision with a leading zero nor a weak tag, and the refusal explains the latter', async () => {
    const send = (tag: string) => owner.patch(path).set('if-match', tag).send({ title: 'New' });
    await send('"01"').expect(412);
    await send(document.etag.replace('"1', '"01')).expect(412);
    const weakened = await send(`W/${document.etag}`).expect(412);
    expect(weakened.body).toMatchObject({
      code: 'PRECONDITION_FAILED',
      detail: expect.stringMatching(/weak.*proxy.*member etag/),
    });
    expect(weakened.headers['etag']).toBe(document.etag);
    await send('"1-any-other-hash"').expect(200);
  });
});
