import { type Response } from 'supertest';
import { Document } from '../../libs/documents/src/domain/document.js';
import { DocumentsRepository } from '../../libs/documents/src/persistence/documents.repository.js';
import { type ApiClient } from '../support/api-client.js';
import { type TestApi } from '../support/app.js';
import { duringTests } from '../support/during-tests.js';
import { type DocumentBody, entriesOf, seedDocument, stored } from '../support/documents.js';
import { pdfBytes, SMALLEST_PDF } from '../support/pdf.js';
import { startTwoApis } from '../support/two-apis.js';

/** Something happens elsewhere, once, between the look at a document and the decision about it. */
class Interrupted extends DocumentsRepository {
  static meanwhile: (() => Promise<unknown>) | null = null;
  static looked = 0;
  static locked = 0;

  override async getToChange(id: string, onlyOf: string | null): Promise<Document> {
    Interrupted.looked += 1;
    const document = await super.getToChange(id, onlyOf);
    const { meanwhile } = Interrupted;
    Interrupted.meanwhile = null;
    await meanwhile?.();
    return document;
  }

  override async getLocked(id: string, onlyOf: string | null): Promise<Document> {
    Interrupted.locked += 1;
    return super.getLocked(id, onlyOf);
  }
}

/** The process in which somebody else is faster. */
let here: TestApi;
/** The process that is interrupted. */
let there: TestApi;
let owner: ApiClient;
let faster: ApiClient;
let slower: ApiClient;

const apis = duringTests(() =>
  startTwoApis((builder) => builder.overrideProvider(DocumentsRepository).useClass(Interrupted)),
);

beforeAll(async () => {
  ({ here, there } = apis);
  owner = here.as('user');
  faster = here.as('admin');
  slower = there.anonymous.withToken(here.as('verifier').accessToken);
});
beforeEach(() => Object.assign(Interrupted, { looked: 0, locked: 0 }));

const path = (document: DocumentBody, verb: string): string => `/v1/documents/${document.id}/${verb}`;

type Act = (document: DocumentBody) => Promise<Response>;

const verify: Act = async (document) =>
  slower.post(path(document, 'verify')).send({ versionSha256: document.sha256, note: 'n' });

/** The same without what differs from document to document and from moment to moment. */
function anonymous(told: unknown, { id, sha256 }: Pick<DocumentBody, 'id' | 'sha256'>): unknown {
  const text = JSON.stringify(told).replaceAll(id, 'document').replaceAll(sha256, 'bytes');
  return JSON.parse(text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then')) as unknown;
}

/** What the answer says, whichever document it is about. */
function said({ status, headers, body }: Response, { id, sha256 }: DocumentBody): unknown {
  const { instance: _where, requestId: _which, decision, ...rest } = body as Record<string, unknown>;
  const told = { ...rest, decision: decision ? { ...decision, id: 'decision' } : decision };
  return anonymous({ status, etag: headers['etag'], told }, { id, sha256 });
}

/** What is stored about the document: its history, its decisions and what the audit log tells. */
async function left({ id, sha256 }: DocumentBody): Promise<unknown> {
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
  return anonymous(rows, { id, sha256 });
}

const MEANWHILE: ReadonlyArray<readonly [string, Act, number]> = [
  ['another reviewer claims', async (it) => faster.post(path(it, 'claim')), 409],
  ['another reviewer verifies', async (it) => faster.post(path(it, 'verify')).send({}), 409],
  [
    'another reviewer rejects',
    async (it) => faster.post(path(it, 'reject')).send({ reasonCode: 'duplicate' }),
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
    'the owner describes it anew',
    async (it) => owner.patch(`/v1/documents/${it.id}`).set('if-match', '"1"').send({ title: 'New' }),
    200,
  ],
];

describe('a decision, when between look and verdict', () => {
  it.each(MEANWHILE)('%s, is answered and kept as if that had been first', async (_, act, status) => {
    const [first, meanwhile] = [await seedDocument(here, owner), await seedDocument(here, owner)];
    expect((await act(first)).status).toBeLessThan(300);
    const afterwards = await verify(first);
    expect(Interrupted.locked).toBe(0);
    let acted = 0;
    Interrupted.meanwhile = async () => void (acted = (await act(meanwhile)).status);
    const interrupted = await verify(meanwhile);
    expect(acted).toBeLessThan(300);
    expect(Interrupted.locked).toBe(1);
    expect(afterwards.status).toBe(status);
    expect(said(interrupted, meanwhile)).toEqual(said(afterwards, first));
    expect(await left(meanwhile)).toEqual(await left(first));
  });

  it('the revision changes that If-Match names, is refused, and nothing is decided', async () => {
    const document = await seedDocument(here, owner);
    Interrupted.meanwhile = () =>
      owner.patch(`/v1/documents/${document.id}`).set('if-match', '"1"').send({ title: 'New' }).expect(200);
    const { body } = await slower.post(path(document, 'verify')).set('if-match', '"1"').send({}).expect(412);
    expect(body.code).toBe('PRECONDITION_FAILED');
    expect(Interrupted.locked).toBe(1);
    expect(
      await stored(here, 'SELECT 1 FROM documents.decisions WHERE document_id = $1', [document.id]),
    ).toEqual([]);
  });

  it('nothing happens, locks nothing before it writes', async () => {
    const document = await seedDocument(here, owner);
    expect((await verify(document)).status).toBe(200);
    expect(Interrupted.locked).toBe(0);
  });
});

describe('a decision about a document that was claimed in the same process', () => {
  /** Claimed by whoever decides, where they decide, so that it is remembered there. */
  const claimed = async (): Promise<DocumentBody> => {
    const document = await seedDocument(here, owner);
    await slower.post(path(document, 'claim')).expect(200);
    Object.assign(Interrupted, { looked: 0, locked: 0 });
    return document;
  };
  /** The same decision in the other process, which remembers nothing of it. */
  const verifyHere: Act = async (document) =>
    here.anonymous
      .withToken(slower.accessToken)
      .post(path(document, 'verify'))
      .send({ versionSha256: document.sha256, note: 'n' });

  it('is made without a look at it', async () => {
    const [first, other] = [await claimed(), await claimed()];
    const answer = await verify(first);
    expect([answer.status, Interrupted.looked, Interrupted.locked]).toEqual([200, 0, 0]);
    expect(said(answer, first)).toEqual(said(await verifyHere(other), other));
    expect(await left(first)).toEqual(await left(other));
  });

  it.each(MEANWHILE)(
    'after %s elsewhere, is answered and kept as where nobody remembers it',
    async (_, act) => {
      const [first, other] = [await claimed(), await claimed()];
      for (const document of [first, other]) await act(document);
      Object.assign(Interrupted, { looked: 0, locked: 0 });
      const answer = await verify(first);
      expect(said(answer, first)).toEqual(said(await verifyHere(other), other));
      expect(await left(first)).toEqual(await left(other));
    },
  );

  it('is not refused because of what is remembered, be it the claim of another or a revision', async () => {
    const document = await seedDocument(here, owner);
    const another = there.anonymous.withToken(here.as('admin').accessToken);
    await another.post(path(document, 'claim')).expect(200);
    await faster.post(path(document, 'release')).expect(200);
    await slower.post(path(document, 'verify')).set('if-match', '"3"').send({}).expect(200);
  });

  it('tells nobody of it who may not know it', async () => {
    const document = await claimed();
    const stranger = there.anonymous.withToken((await here.newcomer(['user'])).accessToken);
    await stranger.post(path(document, 'withdraw')).expect(404);
  });
});

it('locks from the first look on under an Idempotency-Key, whose transaction has begun by then', async () => {
  const document = await seedDocument(here, owner);
  const send = async () =>
    slower.post(path(document, 'verify')).set('idempotency-key', document.id).send({}).expect(200);
  const [answer, again] = [await send(), await send()];
  expect(Interrupted.locked).toBe(1);
  expect(again.headers['idempotency-replayed']).toBe('true');
  expect(again.body).toEqual(answer.body);
});

it('lets one of two verdicts through that looked at the same time, and tells the other of it', async () => {
  const document = await seedDocument(here, owner);
  let other: Promise<Response> | undefined;
  // Its answer comes while this one is still about to write.
  Interrupted.meanwhile = async () => {
    other = Promise.resolve(faster.post(path(document, 'reject')).send({ reasonCode: 'duplicate' }));
    await other;
  };
  const mine = await verify(document);
  expect([(await other)?.status, mine.status]).toEqual([200, 409]);
  expect(mine.body).toMatchObject({ code: 'DOCUMENT_ALREADY_DECIDED', currentStatus: 'rejected' });
});
