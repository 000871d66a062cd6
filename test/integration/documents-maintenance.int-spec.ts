import { DocumentsMaintenance } from '#libs/documents';
import { type ApiClient } from '../support/api-client.js';
import { useApi } from '../support/describe-api.js';
import {
  DECIDE_UNREAD,
  decideOn,
  type DocumentBody,
  entriesOf,
  seedDocument,
  stored,
} from '../support/documents.js';

const LEASE_SECONDS = 60;

let verifier: ApiClient;
let maintenance: DocumentsMaintenance;

const api = useApi({
  environment: { ...DECIDE_UNREAD, CLAIM_LEASE_SECONDS: String(LEASE_SECONDS), DATABASE_POOL_SIZE: '10' },
});

beforeAll(async () => {
  verifier = api.as('verifier');
  maintenance = api.app.get(DocumentsMaintenance, { strict: false });
});

async function claimed(): Promise<DocumentBody> {
  const { id } = await seedDocument(api, api.as('user'));
  const { body } = await verifier.post(`/v1/documents/${id}/claim`).expect(200);
  return body as DocumentBody;
}

async function statusOf(id: string): Promise<unknown> {
  const [row] = await stored(
    api,
    'SELECT status, revision, reviewer_id FROM documents.documents WHERE id = $1',
    [id],
  );
  return row;
}

describe('expired claims', () => {
  it('return to the queue, with history and an entry of the system, and live claims stay', async () => {
    const lapsed = await claimed();
    api.clock.advance(LEASE_SECONDS / 2);
    const live = await claimed();
    api.clock.advance(LEASE_SECONDS / 2);
    expect(await maintenance.expireLeases()).toEqual({ changed: 1, failed: 0 });
    expect(await statusOf(lapsed.id)).toEqual({ status: 'pending', revision: 3, reviewer_id: null });
    expect(await statusOf(live.id)).toMatchObject({ status: 'in_review', revision: 2 });
    expect((await entriesOf(api, lapsed.id)).at(-1)).toMatchObject({
      action: 'document.lease_expired',
      outcome: 'succeeded',
      actor_id: null,
      sha256: lapsed.sha256,
      changes: { before: { status: 'in_review' }, after: { status: 'pending' } },
    });
    const { body } = await verifier.get(`/v1/documents/${lapsed.id}/history`).expect(200);
    expect(body.items[0]).toMatchObject({ action: 'lease_expired', by: null, fromStatus: 'in_review' });
    expect(await maintenance.expireLeases()).toEqual({ changed: 0, failed: 0 });
  });

  it('are returned exactly once by many replicas at the same time', async () => {
    const documents = [];
    for (let index = 0; index < 20; index++) documents.push(await claimed());
    api.clock.advance(LEASE_SECONDS);
    const reports = await Promise.all(Array.from({ length: 4 }, () => maintenance.expireLeases()));
    const later = await maintenance.expireLeases();
    const changed = [...reports, later].reduce((total, report) => total + report.changed, 0);
    expect(changed).toBeGreaterThanOrEqual(20);
    for (const { id } of documents) {
      expect(await statusOf(id)).toEqual({ status: 'pending', revision: 3, reviewer_id: null });
      const entries = await entriesOf(api, id);
      expect(entries.filter(({ action }) => action === 'document.lease_expired')).toHaveLength(1);
    }
  });

  it('are returned even if one of them cannot be', async () => {
    const [stuck, other] = [await claimed(), await claimed()];
    await stored(
      api,
      `ALTER TABLE documents.documents ADD CONSTRAINT ck_stuck CHECK (id <> '${stuck.id}' OR status <> 'pending') NOT VALID`,
    );
    api.clock.advance(LEASE_SECONDS);
    expect(await maintenance.expireLeases()).toEqual({ changed: 1, failed: 1 });
    expect(await statusOf(stuck.id)).toMatchObject({ status: 'in_review', revision: 2 });
    expect((await entriesOf(api, stuck.id)).map(({ action }) => action)).toEqual(['document.claimed']);
    expect(await statusOf(other.id)).toMatchObject({ status: 'pending' });
    await stored(api, 'ALTER TABLE documents.documents DROP CONSTRAINT ck_stuck');
    expect(await maintenance.expireLeases()).toEqual({ changed: 1, failed: 0 });
  });
});

it('expires verifications whose date has passed, and keeps the decision', async () => {
  const owner = api.as('user');
  const verified = async (validUntil?: Date): Promise<string> => {
    const document = await seedDocument(api, owner);
    const body = validUntil ? { validUntil: validUntil.toISOString() } : {};
    await decideOn(document, verifier, 'verify', body).expect(200);
    return document.id;
  };
  const inTwoMinutes = new Date(api.clock.now().getTime() + 120_000);
  const [dated, forever] = [await verified(inTwoMinutes), await verified()];
  expect(await maintenance.expireVerified()).toEqual({ changed: 0, failed: 0 });
  api.clock.advance(121);
  expect(await maintenance.expireVerified()).toEqual({ changed: 1, failed: 0 });
  expect(await statusOf(dated)).toMatchObject({ status: 'expired', revision: 3 });
  expect(await statusOf(forever)).toMatchObject({ status: 'verified' });
  expect((await entriesOf(api, dated)).at(-1)).toMatchObject({ action: 'document.expired', actor_id: null });
  const { body } = await owner.get(`/v1/documents/${dated}`).expect(200);
  expect(body).toMatchObject({
    status: 'expired',
    validUntil: inTwoMinutes.toISOString(),
    decision: { outcome: 'verified' },
  });
});

it('rolls back a change whose entry cannot be written', async () => {
  const document = await claimed();
  api.clock.advance(LEASE_SECONDS);
  await stored(api, 'REVOKE INSERT ON audit.entries FROM veritrail_app');
  expect(await maintenance.expireLeases()).toEqual({ changed: 0, failed: 1 });
  await stored(api, 'GRANT INSERT ON audit.entries TO veritrail_app');
  expect(await statusOf(document.id)).toMatchObject({ status: 'in_review', revision: 2 });
  expect(await maintenance.expireLeases()).toEqual({ changed: 1, failed: 0 });
});
