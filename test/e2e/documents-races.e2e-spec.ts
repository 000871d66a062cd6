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

const PARALLEL = 50;
const WRITERS = 100;

let owner: ApiClient;
let reviewers: ApiClient[];

// Generous timeouts: the test is about who wins, not about when a loaded machine gives up.
const patience = {
  DATABASE_LOCK_TIMEOUT_MS: '20000',
  DATABASE_STATEMENT_TIMEOUT_MS: '20000',
  DATABASE_CONNECT_TIMEOUT_MS: '20000',
  DATABASE_POOL_SIZE: '10',
};
const api = useApi({ environment: { ...DECIDE_UNREAD, ...patience } });

beforeAll(async () => {
  owner = api.as('user');
  reviewers = [
    api.as('verifier'),
    api.as('admin'),
    await api.newcomer(['verifier']),
    await api.newcomer(['admin']),
  ];
});

async function race(document: DocumentBody, by: (index: number) => ApiClient): Promise<Map<number, number>> {
  const answers = await Promise.all(
    Array.from({ length: PARALLEL }, (_, index) =>
      index % 2 === 0
        ? decideOn(document, by(index), 'verify', { versionSha256: document.sha256 })
        : decideOn(document, by(index), 'reject', { reasonCode: 'duplicate' }),
    ),
  );
  const counts = new Map<number, number>();
  for (const { status, body } of answers) {
    counts.set(status, (counts.get(status) ?? 0) + 1);
    if (status === 412) expect(body.code).toBe('PRECONDITION_FAILED');
  }
  return counts;
}

async function expectOneVerdict(documentId: string): Promise<void> {
  const decisions = await stored(
    api,
    'SELECT decided_by, outcome FROM documents.decisions WHERE document_id = $1',
    [documentId],
  );
  expect(decisions).toHaveLength(1);
  const entries = await entriesOf(api, documentId);
  const succeeded = entries.filter(({ outcome }) => outcome === 'succeeded');
  expect(succeeded).toHaveLength(1);
  expect(entries.filter(({ outcome }) => outcome === 'failed')).toHaveLength(PARALLEL - 1);
  expect(decisions).toMatchObject([
    { decided_by: succeeded[0]?.actor_id, outcome: succeeded[0]?.changes?.after['status'] },
  ]);
  const history = await stored(api, 'SELECT revision FROM documents.history WHERE document_id = $1', [
    documentId,
  ]);
  expect(history).toHaveLength(2);
}

describe(`${PARALLEL} decisions on one document at the same time`, () => {
  it('result in one 200, one decision and one success entry when one verifier sends them all', async () => {
    const document = await seedDocument(api, owner);
    const counts = await race(document, () => reviewers[0]!);
    expect(Object.fromEntries(counts)).toEqual({ 200: 1, 412: PARALLEL - 1 });
    await expectOneVerdict(document.id);
  });

  it('result in one 200, one decision and one success entry when several verifiers and admins send them', async () => {
    const document = await seedDocument(api, owner);
    const counts = await race(document, (index) => reviewers[index % reviewers.length]!);
    expect(Object.fromEntries(counts)).toEqual({ 200: 1, 412: PARALLEL - 1 });
    await expectOneVerdict(document.id);
  });
});

it('lets one of many reviewers claim, and refuses decisions of the others', async () => {
  const document = await seedDocument(api, owner);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      reviewers[index % reviewers.length]!.post(`/v1/documents/${document.id}/claim`),
    ),
  );
  const holders = answers.filter(({ status }) => status === 200).map(({ body }) => body.claim.reviewerId);
  expect(new Set(holders).size).toBe(1);
  // The holder renews the claim; the other reviewers are refused.
  expect(holders).toHaveLength(20 / reviewers.length);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(20 - 20 / reviewers.length);
});

it(`loses no update of ${WRITERS} writers who each send If-Match`, async () => {
  const { id } = await seedDocument(api, owner);
  const path = `/v1/documents/${id}`;
  const raise = async (): Promise<boolean> => {
    const read = await owner.get(path).expect(200);
    const count = Number(read.body.metadata.count ?? 0) + 1;
    const { status } = await owner
      .patch(path)
      .set('if-match', String(read.headers['etag']))
      .send({ metadata: { count: String(count) } });
    expect([200, 412]).toContain(status);
    return status === 200;
  };
  const written = (await Promise.all(Array.from({ length: WRITERS }, raise))).filter(Boolean).length;
  expect(written).toBeGreaterThan(0);
  const { body } = await owner.get(path).expect(200);
  expect(body).toMatchObject({ metadata: { count: String(written) }, revision: written + 1 });
  const entries = await entriesOf(api, id);
  expect(entries.filter(({ outcome }) => outcome === 'succeeded')).toHaveLength(written);
  expect(entries.filter(({ outcome }) => outcome === 'failed')).toHaveLength(WRITERS - written);
});
