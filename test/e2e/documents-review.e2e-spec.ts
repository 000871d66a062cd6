import { newId } from '#libs/kernel';
import { type ApiClient } from '../support/api-client.js';
import { startApi, type TestApi } from '../support/app.js';
import { type DocumentBody, entriesOf, seedDocument, stored } from '../support/documents.js';

const LEASE_SECONDS = 30;

let api: TestApi;
let owner: ApiClient;
let verifier: ApiClient;
let admin: ApiClient;
let document: DocumentBody;

beforeAll(async () => {
  api = await startApi({ environment: { CLAIM_LEASE_SECONDS: String(LEASE_SECONDS) } });
  owner = api.as('user');
  verifier = api.as('verifier');
  admin = api.as('admin');
});
afterAll(() => api.close());
beforeEach(async () => {
  document = await seedDocument(api, owner);
});

const act = (client: ApiClient, action: string, body?: object) => {
  const request = client.post(`/v1/documents/${document.id}/${action}`);
  return body ? request.send(body) : request;
};
const idOf = (client: ApiClient): string => client.account!.id;

describe('claim, verify, read who did it', () => {
  it('leaves one decision, one row of history for each revision and one entry for each action', async () => {
    const claimed = await act(verifier, 'claim').expect(200);
    expect(claimed.body).toMatchObject({
      status: 'in_review',
      revision: 2,
      claim: { reviewerId: idOf(verifier) },
    });
    expect(claimed.headers['etag']).toBe('"2"');

    const verdict = { versionSha256: document.sha256, message: 'Fine.', note: 'Seen the original.' };
    const verified = await act(verifier, 'verify', verdict).expect(200);
    expect(verified.body).toMatchObject({
      status: 'verified',
      claim: null,
      decision: {
        outcome: 'verified',
        by: idOf(verifier),
        versionSha256: document.sha256,
        version: 1,
        reviewRound: 1,
        message: 'Fine.',
        note: 'Seen the original.',
      },
    });

    const { body: history } = await verifier.get(`/v1/documents/${document.id}/history`).expect(200);
    expect(
      history.items.map((item: { action: string; revision: number }) => [item.revision, item.action]),
    ).toEqual([
      [3, 'verified'],
      [2, 'claimed'],
      [1, 'uploaded'],
    ]);
    expect(history.items[0]).toMatchObject({
      fromStatus: 'in_review',
      toStatus: 'verified',
      by: idOf(verifier),
      decisionId: verified.body.decision.id,
      note: 'Seen the original.',
    });

    const entries = await entriesOf(api, document.id);
    expect(entries).toMatchObject([
      { action: 'document.claimed', outcome: 'succeeded', actor_id: idOf(verifier) },
      {
        action: 'document.verified',
        outcome: 'succeeded',
        actor_id: idOf(verifier),
        target_version: 1,
        sha256: document.sha256,
        target_owner_id: idOf(owner),
        changes: {
          before: { status: 'in_review', revision: 2, reviewerId: idOf(verifier) },
          after: { status: 'verified', revision: 3, reviewerId: null },
        },
      },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/Fine|Seen the original/);
  });

  it('needs one call when nobody has claimed, and no body', async () => {
    const { body } = await act(verifier, 'verify').expect(200);
    expect(body).toMatchObject({ status: 'verified', revision: 2 });
  });

  it('shows the owner the message and never the note, whatever else the owner is', async () => {
    const colleague = await api.newcomer(['verifier']);
    document = await seedDocument(api, colleague);
    await act(verifier, 'request-changes', { reasonCode: 'unreadable', note: 'blurred on purpose?' }).expect(
      200,
    );
    for (const path of ['', '/history', '/decisions']) {
      const mine = await colleague.get(`/v1/documents/${document.id}${path}`).expect(200);
      expect(mine.text).toContain('The document cannot be read.');
      expect(mine.text).not.toMatch(/blurred|"note"/);
      for (const other of [verifier, admin, api.as('auditor')]) {
        expect((await other.get(`/v1/documents/${document.id}${path}`).expect(200)).text).toContain(
          'blurred',
        );
      }
    }
    const list = await colleague.get(`/v1/documents?ownerId=${idOf(colleague)}`).expect(200);
    expect(list.text).not.toMatch(/blurred|"note"/);
  });
});

describe('a verdict', () => {
  it('is not there when its audit entry cannot be written', async () => {
    await stored(api, 'REVOKE INSERT ON audit.entries FROM veritrail_app');
    const { body } = await act(verifier, 'verify').expect(500);
    await stored(api, 'GRANT INSERT ON audit.entries TO veritrail_app');
    expect(body.code).toBe('INTERNAL_ERROR');
    expect(await decisionsOf(document.id)).toEqual([]);
    expect((await owner.get(`/v1/documents/${document.id}`).expect(200)).body).toEqual(document);
    expect((await owner.get(`/v1/documents/${document.id}/history`).expect(200)).body.items).toHaveLength(1);
    expect(await entriesOf(api, document.id)).toEqual([]);
    await act(verifier, 'verify').expect(200);
  });

  it('that is repeated with its key gets its first answer, whatever happened since', async () => {
    const key = newId();
    const body = { reasonCode: 'duplicate' };
    const first = await act(verifier, 'reject', body).set('idempotency-key', key).expect(200);
    await act(admin, 'reopen', { reasonCode: 'new_evidence' }).expect(200);
    const again = await act(verifier, 'reject', body).set('idempotency-key', key).expect(200);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(await decisionsOf(document.id)).toHaveLength(1);
    expect((await entriesOf(api, document.id)).map(({ action }) => action)).toEqual([
      'document.rejected',
      'document.reopened',
    ]);
  });
});

describe('what is refused', () => {
  it('is a second verdict, with the state and what it allows', async () => {
    await act(verifier, 'verify').expect(200);
    const { body } = await act(admin, 'reject', { reasonCode: 'duplicate' }).expect(409);
    expect(body).toMatchObject({
      code: 'DOCUMENT_ALREADY_DECIDED',
      currentStatus: 'verified',
      legalActions: ['revoke'],
    });
    expect(await decisionsOf(document.id)).toHaveLength(1);
    expect((await entriesOf(api, document.id)).at(-1)).toMatchObject({
      action: 'document.rejected',
      outcome: 'failed',
      actor_id: idOf(admin),
      reason_code: 'DOCUMENT_ALREADY_DECIDED',
      sha256: document.sha256,
      changes: null,
    });
  });

  it('is deciding about a document of one’s own, even for an admin, and is recorded', async () => {
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
      expect(refused.body).toMatchObject({ code: 'OWN_DOCUMENT', currentStatus: 'pending' });
    }
    const entries = await entriesOf(api, document.id);
    expect(entries.map(({ outcome, reason_code }) => `${outcome} ${reason_code}`)).toEqual(
      Array(6).fill('denied OWN_DOCUMENT'),
    );
  });

  it('is anything against somebody else’s live claim, until an admin takes it over', async () => {
    await act(verifier, 'claim').expect(200);
    const other = await api.newcomer(['verifier']);
    for (const [action, body] of [
      ['claim', {}],
      ['release', undefined],
      ['verify', {}],
      ['reject', { reasonCode: 'duplicate' }],
    ] as const) {
      const refused = await act(other, action, body).expect(409);
      expect(refused.body).toMatchObject({ code: 'DOCUMENT_CLAIMED_BY_ANOTHER', currentStatus: 'in_review' });
    }
    await act(other, 'claim', { takeOver: true }).expect(403);
    await act(admin, 'verify').expect(409);
    const taken = await act(admin, 'claim', { takeOver: true }).expect(200);
    expect(taken.body.claim.reviewerId).toBe(idOf(admin));
    expect((await entriesOf(api, document.id)).at(-1)).toMatchObject({
      action: 'document.claimed',
      changes: { before: { reviewerId: idOf(verifier) }, after: { reviewerId: idOf(admin) } },
    });
    await act(verifier, 'verify').expect(409);
    await act(admin, 'verify').expect(200);
  });

  it('is a verdict about other bytes, another revision, or a date that has passed', async () => {
    const stale = await act(verifier, 'verify', { versionSha256: 'a'.repeat(64) }).expect(409);
    expect(stale.body).toMatchObject({
      code: 'DOCUMENT_VERSION_CHANGED',
      currentVersionSha256: document.sha256,
    });
    const failed = await act(verifier, 'verify').set('if-match', '"7"').expect(412);
    expect(failed.headers['etag']).toBe('"1"');
    const { body } = await act(verifier, 'verify', { validUntil: '2020-01-01T00:00:00Z' }).expect(422);
    expect(body.errors).toMatchObject([{ in: 'body', pointer: '/validUntil' }]);
    await act(verifier, 'verify', { validUntil: '9999-12-31T23:59:59-10:00' }).expect(422);
    expect(await decisionsOf(document.id)).toEqual([]);
    await act(verifier, 'verify').set('if-match', '"1"').expect(200);
  });

  it('is a final reason when changes are asked for, and words that are missing', async () => {
    const final = await act(verifier, 'request-changes', { reasonCode: 'duplicate' }).expect(422);
    expect(final.body.errors).toMatchObject([{ pointer: '/reasonCode' }]);
    const wordless = await act(verifier, 'reject', { reasonCode: 'other' }).expect(422);
    expect(wordless.body.errors).toMatchObject([{ pointer: '/message' }]);
    await act(verifier, 'reject', {}).expect(422);
    await act(verifier, 'verify', { reasonCode: 'unreadable' }).expect(422);
    await act(verifier, 'reject', { reasonCode: 'other', message: 'x\u0000' }).expect(422);
    await act(verifier, 'reject', { reasonCode: 'other', message: 'Because.' }).expect(200);
  });
});

describe('a claim', () => {
  it('ends by itself after the configured time, and then hinders nobody', async () => {
    await act(verifier, 'claim').expect(200);
    api.clock.advance(LEASE_SECONDS + 1);
    const { body } = await act(admin, 'verify').expect(200);
    expect(body.decision.by).toBe(idOf(admin));
  });

  it('is given back by its holder', async () => {
    await act(verifier, 'claim').expect(200);
    const { body } = await act(verifier, 'release').expect(200);
    expect(body).toMatchObject({ status: 'pending', claim: null, revision: 3 });
    await act(verifier, 'release').expect(409);
  });
});

describe('after the decision', () => {
  it('reopens a rejection for a different reviewer, and both decisions stay on record', async () => {
    await act(verifier, 'reject', { reasonCode: 'duplicate' }).expect(200);
    await act(verifier, 'reopen', { reasonCode: 'new_evidence' }).expect(403);
    const reopened = await act(admin, 'reopen', {
      reasonCode: 'decided_in_error',
      note: 'wrong file',
    }).expect(200);
    expect(reopened.body).toMatchObject({ status: 'pending', decision: null });
    const barred = await act(verifier, 'verify').expect(403);
    expect(barred.body.code).toBe('DIFFERENT_REVIEWER_REQUIRED');
    await act(admin, 'verify').expect(200);
    const { body } = await owner.get(`/v1/documents/${document.id}/decisions`).expect(200);
    expect(body.items).toMatchObject([
      { outcome: 'verified', reviewRound: 2, by: idOf(admin) },
      { outcome: 'rejected', reviewRound: 1, by: idOf(verifier) },
    ]);
  });

  it('revokes a verification for good', async () => {
    await act(verifier, 'verify').expect(200);
    await act(verifier, 'revoke', { reasonCode: 'new_evidence' }).expect(403);
    const { body } = await act(admin, 'revoke', { reasonCode: 'suspected_tampering' }).expect(200);
    expect(body).toMatchObject({ status: 'revoked', decision: { outcome: 'verified' } });
    expect((await entriesOf(api, document.id)).at(-1)).toMatchObject({ reason_code: 'suspected_tampering' });
    const again = await act(admin, 'revoke', { reasonCode: 'new_evidence' }).expect(409);
    expect(again.body).toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      currentStatus: 'revoked',
      legalActions: [],
    });
  });
});

it('lists the reason codes that reviewers choose from', async () => {
  const { body } = await owner.get('/v1/reason-codes').expect(200);
  expect(body.items).toContainEqual({
    code: 'unreadable',
    kind: 'retry',
    message: 'The document cannot be read.',
    actions: ['request_changes', 'reject'],
    messageRequired: false,
  });
  await api.as('user_manager').get('/v1/reason-codes').expect(403);
});

async function decisionsOf(documentId: string): Promise<object[]> {
  return stored(api, 'SELECT outcome FROM documents.decisions WHERE document_id = $1', [documentId]);
}
