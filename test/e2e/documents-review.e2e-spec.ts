import { newId } from '#libs/kernel';
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
  stored,
} from '../support/documents.js';

let owner: ApiClient;
let verifier: ApiClient;
let admin: ApiClient;
let document: DocumentBody;

const api = useApi({ environment: DECIDE_UNREAD });

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

describe('claim, verify and read the result', () => {
  it('results in one decision, one row of history per revision and one audit entry per action', async () => {
    const claimed = await act(verifier, 'claim').expect(200);
    expect(claimed.body).toMatchObject({
      status: 'in_review',
      revision: 2,
      claim: { reviewerId: idOf(verifier) },
    });
    expect(claimed.headers['etag']).toMatch(/^"2-[\w-]{22}"$/);

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

  it('needs one call without a body when the document is not claimed', async () => {
    const { body } = await decide(verifier, 'verify').expect(200);
    expect(body).toMatchObject({ status: 'verified', revision: 2 });
  });

  it('shows the owner and the auditor the message but never the note, whatever roles the owner has', async () => {
    const colleague = await api.newcomer(['verifier']);
    document = await seedDocument(api, colleague);
    const given = { reasonCode: 'unreadable', note: 'blurred on purpose?' };
    await decide(verifier, 'request-changes', given).expect(200);
    for (const path of ['', '/history', '/decisions']) {
      for (const outsider of [colleague, api.as('auditor')]) {
        const seen = await outsider.get(`/v1/documents/${document.id}${path}`).expect(200);
        expect(seen.text).toContain('The document cannot be read.');
        expect(seen.text).not.toMatch(/blurred|"note"/);
      }
      for (const other of [verifier, admin]) {
        expect((await other.get(`/v1/documents/${document.id}${path}`).expect(200)).text).toContain(
          'blurred',
        );
      }
    }
    for (const outsider of [colleague, api.as('auditor')]) {
      const list = await outsider.get(`/v1/documents?ownerId=${idOf(colleague)}`).expect(200);
      expect(list.text).toContain(document.id);
      expect(list.text).not.toMatch(/blurred|"note"/);
    }
  });
});

describe('a decision', () => {
  it('is rolled back when its audit entry cannot be written', async () => {
    await stored(api, 'REVOKE INSERT ON audit.entries FROM veritrail_app');
    const { body } = await decide(verifier, 'verify').expect(500);
    await stored(api, 'GRANT INSERT ON audit.entries TO veritrail_app');
    expect(body.code).toBe('INTERNAL_ERROR');
    expect(await decisionsOf(api, document.id)).toEqual([]);
    expect((await owner.get(`/v1/documents/${document.id}`).expect(200)).body).toEqual(document);
    expect((await owner.get(`/v1/documents/${document.id}/history`).expect(200)).body.items).toHaveLength(1);
    expect(await entriesOf(api, document.id)).toEqual([]);
    await decide(verifier, 'verify').expect(200);
  });

  it('that is repeated with its key gets its first response, whatever happened since', async () => {
    const key = newId();
    const body = { reasonCode: 'duplicate' };
    const first = await decide(verifier, 'reject', body).set('idempotency-key', key).expect(200);
    await act(admin, 'reopen', { reasonCode: 'new_evidence' }).expect(200);
    const again = await decide(verifier, 'reject', body).set('idempotency-key', key).expect(200);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(await decisionsOf(api, document.id)).toHaveLength(1);
    expect((await entriesOf(api, document.id)).map(({ action }) => action)).toEqual([
      'document.rejected',
      'document.reopened',
    ]);
  });
});

describe('after the decision', () => {
  it('a rejection is reopened for a different reviewer, and both decisions are kept', async () => {
    await decide(verifier, 'reject', { reasonCode: 'duplicate' }).expect(200);
    await act(verifier, 'reopen', { reasonCode: 'new_evidence' }).expect(403);
    const reopened = await act(admin, 'reopen', {
      reasonCode: 'decided_in_error',
      note: 'wrong file',
    }).expect(200);
    expect(reopened.body).toMatchObject({ status: 'pending', decision: null });
    const barred = await act(verifier, 'verify').expect(403);
    expect(barred.body.code).toBe('DIFFERENT_REVIEWER_REQUIRED');
    await act(admin, 'verify').set('if-match', String(reopened.headers['etag'])).expect(200);
    const { body } = await owner.get(`/v1/documents/${document.id}/decisions`).expect(200);
    expect(body.items).toMatchObject([
      { outcome: 'verified', reviewRound: 2, by: idOf(admin) },
      { outcome: 'rejected', reviewRound: 1, by: idOf(verifier) },
    ]);
  });

  it('a revoked document shows who revoked it, when and why, and the note only to reviewers', async () => {
    await decide(verifier, 'verify').expect(200);
    await act(verifier, 'revoke', { reasonCode: 'new_evidence' }).expect(403);
    const given = { reasonCode: 'suspected_tampering', message: 'A forged seal.', note: 'Police informed.' };
    const revoked = await act(admin, 'revoke', given).expect(200);
    expect(revoked.body).toMatchObject({
      status: 'revoked',
      decision: { outcome: 'verified', by: idOf(verifier) },
      revocation: { by: idOf(admin), at: revoked.body.updatedAt, ...given },
    });
    const read = await verifier.get(`/v1/documents/${document.id}`).expect(200);
    expect(read.body).toEqual(revoked.body);
    expect(read.headers['etag']).toBe(revoked.headers['etag']);
    const list = await verifier.get('/v1/documents?status=revoked').expect(200);
    expect(list.body.items).toContainEqual(revoked.body);
    const seen = await owner.get(`/v1/documents/${document.id}`).expect(200);
    expect(seen.body.revocation).toMatchObject({ by: idOf(admin), message: 'A forged seal.' });
    expect(seen.text).not.toMatch(/Police|"note"/);
    expect((await entriesOf(api, document.id)).at(-1)).toMatchObject({ reason_code: 'suspected_tampering' });
  });

  it('an admin sends a revoked document back to review, for a different reviewer', async () => {
    await decide(verifier, 'verify', { validUntil: '2099-01-01T00:00:00Z' }).expect(200);
    await act(admin, 'revoke', { reasonCode: 'new_evidence' }).expect(200);
    const again = await act(admin, 'revoke', { reasonCode: 'new_evidence' }).expect(409);
    expect(again.body).toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      currentStatus: 'revoked',
      legalActions: ['reopen'],
    });
    await act(verifier, 'reopen', { reasonCode: 'new_evidence' }).expect(403);
    const reopened = await act(admin, 'reopen', { reasonCode: 'decided_in_error' }).expect(200);
    expect(reopened.body).toMatchObject({
      status: 'pending',
      decision: null,
      revocation: null,
      validUntil: null,
      revision: 4,
    });
    expect((await act(verifier, 'claim').expect(403)).body).toMatchObject({
      code: 'DIFFERENT_REVIEWER_REQUIRED',
      legalActions: [],
    });
    await act(admin, 'verify').set('if-match', reopened.body.etag).expect(200);
    const { body } = await owner.get(`/v1/documents/${document.id}/history`).expect(200);
    expect(body.items.map(({ action }: { action: string }) => action)).toEqual([
      'verified',
      'reopened',
      'revoked',
      'verified',
      'uploaded',
    ]);
    expect((await entriesOf(api, document.id)).map(({ action }) => action)).toContain('document.reopened');
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
