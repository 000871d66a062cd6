import { type ApiClient } from '../support/api-client.js';
import { DatabaseReader } from '../support/database-reader.js';
import { useApi } from '../support/describe-api.js';
import { duringTests } from '../support/during-tests.js';
import { LARGE_TABLES, OWNER, seedManyDocuments } from '../support/many-documents.js';
import { planOf, type PlanShape } from '../support/plans.js';
import { StatementLog } from '../support/statement-log.js';

const READS = /^\s*(?:SELECT|WITH\s+\w+\s+AS\s+MATERIALIZED)\b/;

describe('with many documents and entries', () => {
  let log: StatementLog;
  let id: string;

  const api = useApi();
  const database = duringTests(() => DatabaseReader.open(api.database));

  beforeAll(async () => {
    await seedManyDocuments(database);
    log = StatementLog.of(api.app);
    const [document] = await database.query<{ id: string }>(
      `SELECT id FROM documents.documents WHERE status = 'pending' LIMIT 1`,
    );
    id = document?.id ?? '';
  });

  /** The plans of everything that the request read, merged into one. */
  async function shapeOf(
    send: (actor: ApiClient) => PromiseLike<{ headers: unknown }>,
    actor = api.as('verifier'),
  ) {
    const { headers } = (await send(actor)) as { headers: Record<string, string> };
    const reads = log.during(headers['x-request-id'] ?? '').filter(({ text }) => READS.test(text));
    expect(reads.length).toBeGreaterThan(0);
    const plans = await Promise.all(reads.map((sent) => planOf(database, sent)));
    return {
      scanned: plans.flatMap(({ scanned }) => scanned).filter((table) => LARGE_TABLES.includes(table)),
      indexes: [...new Set(plans.flatMap(({ indexes }) => indexes))].sort(),
    } satisfies PlanShape;
  }

  const THE_REST = ['pk_versions', 'uq_decisions_round'];
  const cursor = async (path: string): Promise<string> => {
    const { body } = await api.as('verifier').get(path).expect(200);
    return `${path}&cursor=${(body as { nextCursor: string }).nextCursor}`;
  };

  it.each([
    ['the newest', '/v1/documents?limit=20', ['ix_documents_newest']],
    ['one status', '/v1/documents?status=pending', ['ix_documents_status_newest']],
    ['one owner', `/v1/documents?ownerId=${OWNER}`, ['ix_documents_owner_newest']],
    ['a rare part of the title', '/v1/documents?q=c4ca4238', ['ix_documents_title']],
    ['a part of nearly every title', '/v1/documents?q=passport', ['ix_documents_newest']],
  ])('a list of %s uses an index and scans no table', async (_name, path, indexes) => {
    const expected = { scanned: [], indexes: [...indexes, ...THE_REST].sort() };
    expect(await shapeOf((actor) => actor.get(path).expect(200))).toEqual(expected);
  });

  it.each([
    ['the newest', '/v1/documents?limit=20', 'ix_documents_newest'],
    ['one status', '/v1/documents?limit=20&status=pending', 'ix_documents_status_newest'],
  ])('the next page of %s uses the same index', async (_name, path, index) => {
    const next = await cursor(path);
    const expected = { scanned: [], indexes: [index, ...THE_REST].sort() };
    expect(await shapeOf((actor) => actor.get(next).expect(200))).toEqual(expected);
  });

  it('a list of bytes uses the index of versions', async () => {
    const { scanned, indexes } = await shapeOf((actor) =>
      actor.get(`/v1/documents?sha256=${'ab'.repeat(32)}`).expect(200),
    );
    expect(scanned).toEqual([]);
    expect(indexes).toContain('ix_versions_sha256');
  });

  it('one document is found by its primary key', async () => {
    expect(await shapeOf((actor) => actor.get(`/v1/documents/${id}`).expect(200))).toEqual({
      scanned: [],
      indexes: ['pk_documents', ...THE_REST],
    });
  });

  it('a document under decision is found by its primary key', async () => {
    expect(await shapeOf((actor) => actor.post(`/v1/documents/${id}/claim`).send({}).expect(200))).toEqual({
      scanned: [],
      indexes: ['pk_documents', ...THE_REST],
    });
  });

  it.each([
    ['everything', '', ['pk_entries']],
    ['one target', `targetId=${OWNER}`, ['ix_entries_target']],
    ['one actor', `actorId=${OWNER}`, ['ix_entries_actor']],
    ['one action', 'action=document.revoked', ['ix_entries_action']],
    ['what was refused', 'outcome=denied', ['ix_entries_refused']],
  ])('the audit log of %s uses an index', async (_name, query, indexes) => {
    const shape = await shapeOf(
      (actor) => actor.get(`/v1/audit/entries?${query}`).expect(200),
      api.as('auditor'),
    );
    expect(shape.scanned).toEqual([]);
    expect(shape.indexes).toEqual(expect.arrayContaining(indexes));
  });

  it('a user’s own part of the audit log uses an index for each way in which an entry concerns the user', async () => {
    const shape = await shapeOf((actor) => actor.get('/v1/audit/entries').expect(200), api.as('user'));
    expect(shape.scanned).toEqual([]);
    expect(shape.indexes).toEqual(expect.arrayContaining(['ix_entries_actor', 'ix_entries_owner']));
  });

  it('detects a statement that scans a table', async () => {
    const scan = { text: 'SELECT count(*) FROM documents.documents WHERE metadata = $1', values: ['{}'] };
    expect((await planOf(database, scan)).scanned).toEqual(['documents']);
  });
});
