import { setTimeout as sleep } from 'node:timers/promises';
import { type Response } from 'supertest';
import { type ApiClient } from '../support/api-client.js';
import { type TestApi } from '../support/app.js';
import { withClient } from '../support/catalogue.js';
import { duringTests } from '../support/during-tests.js';
import {
  DECIDE_UNREAD,
  decideOn,
  type DocumentBody,
  entriesOf,
  seedDocument,
  stored,
} from '../support/documents.js';
import { pdfBytes, SMALLEST_PDF } from '../support/pdf.js';
import { startTwoApis } from '../support/two-apis.js';

/** The process in which the first change is made. */
let here: TestApi;
/** The process whose request waits for it. */
let there: TestApi;
let owner: ApiClient;
let faster: ApiClient;
let slower: ApiClient;

const apis = duringTests(() => startTwoApis((builder) => builder, DECIDE_UNREAD));

beforeAll(async () => {
  ({ here, there } = apis);
  owner = here.as('user');
  faster = here.as('admin');
  slower = there.anonymous.withToken(here.as('verifier').accessToken);
});

const path = (document: DocumentBody, verb: string): string => `/v1/documents/${document.id}/${verb}`;

type Act = (document: DocumentBody) => Promise<Response>;

const verify: Act = async (document) =>
  slower.post(path(document, 'verify')).send({ versionSha256: document.sha256, note: 'n' });

/** A value without what differs between documents and between points in time. */
function withoutIdentity(value: unknown, { id, sha256 }: Pick<DocumentBody, 'id' | 'sha256'>): unknown {
  const text = JSON.stringify(value).replaceAll(id, 'document').replaceAll(sha256, 'bytes');
  return JSON.parse(text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then')) as unknown;
}

/** A response without the identity of its document. */
function responseOf({ status, headers, body }: Response, { id, sha256 }: DocumentBody): unknown {
  const { instance: _where, requestId: _which, decision, ...rest } = body as Record<string, unknown>;
  const content = { ...rest, decision: decision ? { ...decision, id: 'decision' } : decision };
  return withoutIdentity({ status, etag: headers['etag'], content }, { id, sha256 });
}

/** What is stored about the document: its history, its decisions and its audit entries. */
async function storedState({ id, sha256 }: DocumentBody): Promise<unknown> {
  const rows = {
    document: await stored(
      here,
      'SELECT status, revision, title, reviewer_id FROM documents.documents WHERE id = $1',
      [id],
    ),
    history: await stored(
      here,
      `SELECT revision, action, from_status, to_status, version_number, actor_id FROM documents.history
       WHERE document_id = $1 ORDER BY revision`,
      [id],
    ),
    decisions: await stored(
      here,
      'SELECT review_round, outcome, decided_by, note FROM documents.decisions WHERE document_id = $1',
      [id],
    ),
    entries: (await entriesOf(here, id)).map((entry) => JSON.stringify(entry)).sort(),
  };
  return withoutIdentity(rows, { id, sha256 });
}

const MEANWHILE: ReadonlyArray<readonly [string, Act, number]> = [
  ['another reviewer claims', async (it) => faster.post(path(it, 'claim')), 409],
  ['another reviewer verifies', async (it) => decideOn(it, faster, 'verify', {}), 409],
  [
    'another reviewer rejects',
    async (it) => decideOn(it, faster, 'reject', { reasonCode: 'duplicate' }),
    409,
  ],
  ['the owner withdraws', async (it) => owner.post(path(it, 'withdraw')), 409],
  [
    'the owner brings other bytes',
    async (it) =>
      owner
        .post(path(it, 'versions'))
        .attach('file', pdfBytes(SMALLEST_PDF, 'the same for all'), 'passport.pdf'),
    409,
  ],
  [
    'the owner edits it',
    async (it) => owner.patch(`/v1/documents/${it.id}`).set('if-match', '"1"').send({ title: 'New' }),
    428,
  ],
];

/** Sends the requests one after the other while the document is locked, and releases the lock once all of them wait for it. */
async function whileLocked(
  { id }: DocumentBody,
  ...requests: Array<() => Promise<Response>>
): Promise<Response[]> {
  return withClient(here.database.adminUrl, async (admin) => {
    await admin.query('BEGIN');
    await admin.query('SELECT FROM documents.documents WHERE id = $1 FOR UPDATE', [id]);
    const answers: Array<Promise<Response>> = [];
    for (const request of requests) {
      answers.push(request());
      await waiting(answers.length);
    }
    await admin.query('COMMIT');
    return Promise.all(answers);
  });
}

/** Resolves once that many sessions wait for a lock. */
async function waiting(sessions: number): Promise<void> {
  await withClient(here.database.adminUrl, async (admin) => {
    const blocked = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while (((await admin.query(blocked)).rowCount ?? 0) < sessions) await sleep(10);
  });
}

describe('a decision that waits for a change in another process', () => {
  it.each(MEANWHILE)(
    'when %s, has the same response and result as if it had come afterwards',
    async (_, act, status) => {
      const [first, meanwhile] = [await seedDocument(here, owner), await seedDocument(here, owner)];
      expect((await act(first)).status).toBeLessThan(300);
      const afterwards = await verify(first);
      const [acted, waited] = await whileLocked(
        meanwhile,
        () => act(meanwhile),
        () => verify(meanwhile),
      );
      expect(acted!.status).toBeLessThan(300);
      expect(afterwards.status).toBe(status);
      expect(responseOf(waited!, meanwhile)).toEqual(responseOf(afterwards, first));
      expect(await storedState(meanwhile)).toEqual(await storedState(first));
    },
  );

  it('is refused when the change makes the revision in If-Match stale, and nothing is decided', async () => {
    const document = await seedDocument(here, owner);
    const [edited, decided] = await whileLocked(
      document,
      async () => owner.patch(`/v1/documents/${document.id}`).set('if-match', '"1"').send({ title: 'New' }),
      async () => slower.post(path(document, 'verify')).set('if-match', '"1"').send({}),
    );
    expect([edited!.status, decided!.status]).toEqual([200, 412]);
    expect(decided!.body.code).toBe('PRECONDITION_FAILED');
    expect(
      await stored(here, 'SELECT 1 FROM documents.decisions WHERE document_id = $1', [document.id]),
    ).toEqual([]);
  });

  it('is refused with the status that another reviewer set first', async () => {
    const document = await seedDocument(here, owner);
    const [first, second] = await whileLocked(
      document,
      async () => decideOn(document, faster, 'reject', { reasonCode: 'duplicate' }),
      () => verify(document),
    );
    expect([first!.status, second!.status]).toEqual([200, 409]);
    expect(second!.body).toMatchObject({ code: 'DOCUMENT_ALREADY_DECIDED', currentStatus: 'rejected' });
  });

  it('is replayed when it is sent again with its Idempotency-Key', async () => {
    const document = await seedDocument(here, owner);
    const send = async () =>
      decideOn(document, slower, 'verify', {}).set('idempotency-key', document.id).expect(200);
    const [answer] = await whileLocked(document, send);
    const again = await send();
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual(answer!.body);
  });
});

describe('a claimed document', () => {
  it('stays hidden from users who may not see it', async () => {
    const document = await seedDocument(here, owner);
    await slower.post(path(document, 'claim')).expect(200);
    const stranger = there.anonymous.withToken((await here.newcomer(['user'])).accessToken);
    await stranger.post(path(document, 'withdraw')).expect(404);
  });

  it('may be decided by another reviewer once it was released through another process', async () => {
    const document = await seedDocument(here, owner);
    const another = there.anonymous.withToken(here.as('admin').accessToken);
    await another.post(path(document, 'claim')).expect(200);
    await faster.post(path(document, 'release')).expect(200);
    await slower.post(path(document, 'verify')).set('if-match', '"3"').send({}).expect(200);
  });
});
