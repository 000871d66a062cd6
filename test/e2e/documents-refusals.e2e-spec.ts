import { type ApiClient, idOf } from '../support/api-client.js';
import { useApi } from '../support/describe-api.js';
import {
  actOn,
  DECIDE_UNREAD,
  decideOn,
  decisionsOf,
  type DocumentBody,
  entriesOf,
  seedDocument,
} from '../support/documents.js';

const LEASE_SECONDS = 30;

let owner: ApiClient;
let verifier: ApiClient;
let admin: ApiClient;
let document: DocumentBody;

const api = useApi({
  environment: { ...DECIDE_UNREAD, CLAIM_LEASE_SECONDS: String(LEASE_SECONDS) },
});

beforeAll(async () => {
  owner = api.as('user');
  verifier = api.as('verifier');
  admin = api.as('admin');
});
beforeEach(async () => {
  document = await seedDocument(api, owner);
});

const act = (client: ApiClient, action: string, body?: object) => actOn(document, client, action, body);
const decide = (client: ApiClient, action: 'verify' | 'reject' | 'request-changes', body?: object) =>
  decideOn(document, client, action, body);

describe('the review refuses', () => {
  it('a second decision, and names the status and what the caller may do', async () => {
    await decide(verifier, 'verify').expect(200);
    const { body } = await act(admin, 'reject', { reasonCode: 'duplicate' }).expect(409);
    expect(body).toMatchObject({
      code: 'DOCUMENT_ALREADY_DECIDED',
      currentStatus: 'verified',
      legalActions: ['revoke'],
    });
    const other = await act(verifier, 'reject', { reasonCode: 'duplicate' }).expect(409);
    expect(other.body).toMatchObject({ code: 'DOCUMENT_ALREADY_DECIDED', legalActions: [] });
    expect(await decisionsOf(api, document.id)).toHaveLength(1);
    expect((await entriesOf(api, document.id)).at(-2)).toMatchObject({
      action: 'document.rejected',
      outcome: 'failed',
      actor_id: idOf(admin),
      reason_code: 'DOCUMENT_ALREADY_DECIDED',
      sha256: document.sha256,
      changes: null,
    });
  });

  it('a decision on one’s own document, even by an admin, and records it', async () => {
    document = await seedDocument(api, admin);
    for (const [action, body] of [
      ['claim', {}],
      ['verify', {}],
      ['reject', { reasonCode: 'duplicate' }],
      ['request-changes', { reasonCode: 'unreadable' }],
      ['revoke', { reasonCode: 'new_evidence' }],
      ['reopen', { reasonCode: 'new_evidence' }],
    ] as const) {
      const refused = await act(admin, action, body).expect(403);
      expect(refused.body).toMatchObject({
        code: 'OWN_DOCUMENT',
        currentStatus: 'pending',
        legalActions: ['withdraw', 'add_version', 'edit'],
      });
    }
    const entries = await entriesOf(api, document.id);
    expect(entries.map(({ outcome, reason_code }) => `${outcome} ${reason_code}`)).toEqual(
      Array(6).fill('denied OWN_DOCUMENT'),
    );
  });

  it('every action against another reviewer’s live claim, until an admin takes it over', async () => {
    await act(verifier, 'claim').expect(200);
    const other = await api.newcomer(['verifier']);
    for (const [action, body] of [
      ['claim', {}],
      ['release', undefined],
      ['verify', {}],
      ['reject', { reasonCode: 'duplicate' }],
    ] as const) {
      const refused = await act(other, action, body).expect(409);
      expect(refused.body).toMatchObject({
        code: 'DOCUMENT_CLAIMED_BY_ANOTHER',
        currentStatus: 'in_review',
        legalActions: [],
      });
    }
    await act(other, 'claim', { takeOver: true }).expect(403);
    const offered = await act(admin, 'verify').expect(409);
    expect(offered.body).toMatchObject({ legalActions: ['take_over'] });
    const taken = await act(admin, 'claim', { takeOver: true }).expect(200);
    expect(taken.body.claim.reviewerId).toBe(idOf(admin));
    expect((await entriesOf(api, document.id)).at(-1)).toMatchObject({
      action: 'document.claimed',
      changes: { before: { reviewerId: idOf(verifier) }, after: { reviewerId: idOf(admin) } },
    });
    await act(verifier, 'verify').expect(409);
    await act(admin, 'verify').expect(200);
  });

  it('a decision on other bytes, on a stale revision, or with a date in the past', async () => {
    const stale = await act(verifier, 'verify', { versionSha256: 'a'.repeat(64) }).expect(409);
    expect(stale.body).toMatchObject({
      code: 'DOCUMENT_VERSION_CHANGED',
      currentVersionSha256: document.sha256,
    });
    const failed = await act(verifier, 'verify').set('if-match', '"7"').expect(412);
    expect(failed.headers['etag']).toBe((await verifier.get(`/v1/documents/${document.id}`)).headers['etag']);
    const { body } = await decide(verifier, 'verify', { validUntil: '2020-01-01T00:00:00Z' }).expect(422);
    expect(body.errors).toMatchObject([{ in: 'body', pointer: '/validUntil' }]);
    await decide(verifier, 'verify', { validUntil: '9999-12-31T23:59:59-10:00' }).expect(422);
    expect(await decisionsOf(api, document.id)).toEqual([]);
    await act(verifier, 'verify').set('if-match', '"1"').expect(200);
  });

  it('a final reason when changes are requested, and a missing note', async () => {
    const final = await decide(verifier, 'request-changes', { reasonCode: 'duplicate' }).expect(422);
    expect(final.body.errors).toMatchObject([{ pointer: '/reasonCode' }]);
    const wordless = await decide(verifier, 'reject', { reasonCode: 'other' }).expect(422);
    expect(wordless.body.errors).toMatchObject([{ pointer: '/message' }]);
    await act(verifier, 'reject', {}).expect(422);
    await act(verifier, 'verify', { reasonCode: 'unreadable' }).expect(422);
    await act(verifier, 'reject', { reasonCode: 'other', message: 'x\u0000' }).expect(422);
    await decide(verifier, 'reject', { reasonCode: 'other', message: 'Because.' }).expect(200);
  });
});

describe('a claim', () => {
  it('expires after the configured time, and then blocks no reviewer', async () => {
    await act(verifier, 'claim').expect(200);
    api.clock.advance(LEASE_SECONDS + 1);
    const { body } = await act(admin, 'verify').set('if-match', '"2"').expect(200);
    expect(body.decision.by).toBe(idOf(admin));
  });

  it('is released by its holder', async () => {
    await act(verifier, 'claim').expect(200);
    const { body } = await act(verifier, 'release').expect(200);
    expect(body).toMatchObject({ status: 'pending', claim: null, revision: 3 });
    await act(verifier, 'release').expect(409);
  });
});
