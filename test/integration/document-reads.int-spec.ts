import { Client } from 'pg';
import {
  DocumentReadsRepository,
  listStatement,
} from '../../libs/documents/src/documents/document-reads.repository.js';
import { openTestPersistence } from '../support/data-source.js';
import { duringTests } from '../support/during-tests.js';
import { changeRowsWithoutAudit } from '../support/bypass-audit.js';

const OWNER = '0199f0a0-0b1c-7e55-8f3b-000000000001';
const ROWS = 20_000;

/** Many documents of 200 owners, most of them verified, three per microsecond, so that only the id separates them. */
const SEED = `
  WITH made AS (
    INSERT INTO documents.documents (id, owner_id, title, type, status, current_version, created_at, updated_at)
    SELECT ('0199f0a1-7c3e-7d31-9a55-' || lpad(to_hex(n), 12, '0'))::uuid,
           ('0199f0a0-0b1c-7e55-8f3b-' || lpad(to_hex(n % 200), 12, '0'))::uuid,
           CASE n WHEN 777 THEN 'Bank 100%_sure \\ statement' ELSE 'Passport ' || n END,
           CASE WHEN n % 10 = 0 THEN 'diploma' ELSE 'passport' END,
           CASE WHEN n % 100 = 0 THEN 'pending' WHEN n % 100 = 1 THEN 'withdrawn' ELSE 'verified' END, 1,
           timestamptz '2026-01-01 00:00:00.000001Z' + (n / 3) * interval '1 microsecond', now()
    FROM generate_series(1, ${ROWS}) n RETURNING id, owner_id, created_at)
  INSERT INTO documents.versions (document_id, number, sha256, size, media_type, file_name, storage_key, uploaded_by, created_at)
  SELECT id, 1, sha256(id::text::bytea), 10, 'application/pdf', 'a.pdf', gen_random_uuid(), owner_id, created_at FROM made`;

let documents: DocumentReadsRepository;

const persistence = duringTests(() => openTestPersistence());

beforeAll(async () => {
  documents = new DocumentReadsRepository(persistence.uow);
  await changeRowsWithoutAudit(persistence.database, SEED);
  await asOwner('ANALYZE documents.documents, documents.versions');
});

async function asOwner<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
  const client = new Client({ connectionString: persistence.database.ownerUrl });
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Plans?: PlanNode[];
}

const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];

/** Every node of the plan that PostgreSQL chooses for these values. */
async function planOf({ text, values }: ReturnType<typeof listStatement>): Promise<PlanNode[]> {
  const [row] = await asOwner<{ 'QUERY PLAN': Array<{ Plan: PlanNode }> }>(
    `EXPLAIN (FORMAT JSON) ${text}`,
    values,
  );
  return flatten(row!['QUERY PLAN'][0]!.Plan);
}

describe('the list of documents', () => {
  it('returns every document once, although many share a microsecond', async () => {
    const seen: string[] = [];
    let after = null;
    for (;;) {
      const rows = await documents.list({ status: ['pending', 'withdrawn'] }, null, after, 97);
      seen.push(...rows.slice(0, 97).map(({ id }) => id));
      const last = rows[96];
      if (rows.length <= 97 || !last) break;
      after = { createdAt: last.createdAt, id: last.id };
    }
    expect(seen).toHaveLength(ROWS / 50);
    expect(new Set(seen).size).toBe(seen.length);
    expect([...seen].sort().reverse()).toEqual(seen);
  });

  it('shows a reader who is limited to one owner no document of another', async () => {
    const rows = await documents.list({}, OWNER, null, 100);
    expect(rows).toHaveLength(100);
    expect(new Set(rows.map(({ ownerId }) => ownerId))).toEqual(new Set([OWNER]));
    expect(await documents.list({ ownerId: OWNER.replace(/1$/, '2') }, OWNER, null, 100)).toEqual([]);
  });

  it('treats LIKE wildcards literally, and ignores case', async () => {
    const titles = async (q: string) =>
      (await documents.list({ q }, null, null, 100)).map(({ title }) => title);
    expect(await titles('100%_SURE \\ s')).toEqual(['Bank 100%_sure \\ statement']);
    expect(await titles('t 1234')).toEqual(expect.arrayContaining(['Passport 1234', 'Passport 12345']));
    expect(await titles('100__sure')).toEqual([]);
  });

  it('finds documents by type, by the digest of a version and by creation time', async () => {
    const [one] = await documents.list({ type: 'diploma' }, null, null, 1);
    expect(one).toMatchObject({ type: 'diploma', version: { number: 1, size: 10 }, decision: null });
    const same = await documents.list({ sha256: one!.version.sha256 }, null, null, 5);
    expect(same.map(({ id }) => id)).toEqual([one!.id]);
    const moment = { createdFrom: one!.createdAt, createdTo: one!.createdAt.replace(/\d{3}Z$/, '999Z') };
    const near = await documents.list(moment, null, null, 100);
    expect(near.every(({ createdAt }) => createdAt >= one!.createdAt)).toBe(true);
    expect(
      await documents.list({ createdFrom: one!.createdAt, createdTo: one!.createdAt }, null, null, 1),
    ).toEqual([]);
  });

  it.each([
    ['an owner', listStatement({}, OWNER, null, 20), 'ix_documents_owner_newest'],
    ['one status', listStatement({ status: ['pending'] }, null, null, 20), 'ix_documents_status_newest'],
    ['nothing', listStatement({}, null, null, 20), 'ix_documents_newest'],
  ])('takes rows and order from the index, filtered by %s', async (_, statement, index) => {
    const plan = await planOf(statement);
    expect(plan.map((node) => node['Index Name'])).toContain(index);
    // Above the limit, the page may be sorted again after its joins.
    const page = flatten(plan.find((node) => node['Node Type'] === 'Limit')!);
    expect(page.map((node) => node['Node Type'])).not.toContain('Sort');
    expect(scansOf(plan, 'documents')).toEqual([]);
  });

  it('reads the documents with a given digest by index only', async () => {
    const plan = await planOf(listStatement({ sha256: '00'.repeat(32) }, null, null, 20));
    expect(plan.map((node) => node['Index Name'])).toContain('ix_versions_sha256');
    expect([...scansOf(plan, 'documents'), ...scansOf(plan, 'versions')]).toEqual([]);
  });

  it('continues with the same index', async () => {
    const after = { createdAt: '2026-01-01T00:00:00.003000Z', id: OWNER };
    const plan = await planOf(listStatement({}, OWNER, after, 20));
    const node = plan.find((candidate) => candidate['Index Name'] === 'ix_documents_owner_newest');
    expect(node?.['Index Cond']).toMatch(/owner_id = .*ROW\(created_at, id\) </);
  });
});

function scansOf(plan: PlanNode[], table: string): PlanNode[] {
  return plan.filter((node) => node['Node Type'] === 'Seq Scan' && node['Relation Name'] === table);
}

describe('one document', () => {
  it('of another owner is not found, as if it did not exist', async () => {
    const [foreign] = await documents.list({ ownerId: OWNER.replace(/1$/, '2') }, null, null, 1);
    const refusals = [documents.get(foreign!.id, OWNER), documents.get(OWNER, OWNER)];
    const [one, two] = await Promise.allSettled(refusals);
    expect(one).toEqual(two);
    expect(one).toMatchObject({ reason: { code: 'NOT_FOUND', status: 404 } });
    expect(await documents.get(foreign!.id, null)).toMatchObject({
      id: foreign!.id,
      createdAt: foreign!.createdAt,
    });
  });

  it('keeps the microseconds of its timestamps', async () => {
    const [last] = await documents.list({ createdTo: '2026-01-01T00:00:00.000002Z' }, null, null, 5);
    expect(last?.createdAt).toBe('2026-01-01T00:00:00.000001Z');
  });
});
