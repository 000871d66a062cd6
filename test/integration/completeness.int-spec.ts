import { v7 } from 'uuid';
import { duringTests } from '../support/during-tests.js';
import {
  become,
  entry,
  insertDocument,
  RawChanges,
  type EntryContent,
  type Statement,
} from '../support/raw-changes.js';

const REFUSED = {
  code: '23000',
  message: expect.stringMatching(/^the audit log has no entry of this transaction/),
};
const AFTER = { status: 'verified', revision: 2 };

const raw = duringTests(() => RawChanges.open());

const verified = (id: string, said: Partial<EntryContent> = {}): Statement =>
  entry('document.verified', id, { after: AFTER, ...said });

describe('an entry that does not belong to the change', () => {
  it.each([
    ['is about another document', (): Statement => verified(v7())],
    ['is about another kind of thing', (id: string): Statement => verified(id, { type: 'user' })],
    ['tells of a failure', (id: string): Statement => verified(id, { outcome: 'failed' })],
    ['tells of a refusal', (id: string): Statement => verified(id, { outcome: 'denied' })],
  ])('is not sufficient: it %s', async (_, foreign) => {
    const id = await raw.documentIn('pending');
    await expect(raw.together(become(id, 'verified'), foreign(id))).rejects.toMatchObject(REFUSED);
  });

  it('is not sufficient: it was written shortly before, in a different transaction', async () => {
    const id = await raw.documentIn('pending');
    await raw.together(verified(id));
    await expect(raw.together(become(id, 'verified'))).rejects.toMatchObject(REFUSED);
    const [sql, values = []] = become(id, 'verified');
    await expect(raw.application.query(sql, [...values])).rejects.toMatchObject(REFUSED);
  });

  it('cannot be written ahead for a later transaction', async () => {
    const [sql, values = []] = verified(v7());
    const ahead = sql.replace('details)', 'details, xid)').replace('$8)', `$8, '9'::xid8)`);
    for (const attempt of [
      raw.application.query(ahead, [...values]),
      raw.application.query('INSERT INTO audit.entries SELECT * FROM audit.entries LIMIT 1'),
    ]) {
      await expect(attempt).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('is not sufficient when it is rolled back after the check', async () => {
    const id = await raw.documentIn('pending');
    await expect(
      raw.together(
        become(id, 'verified'),
        ['SAVEPOINT before_the_entry'],
        verified(id),
        ['SET CONSTRAINTS ALL IMMEDIATE'],
        ['ROLLBACK TO SAVEPOINT before_the_entry'],
        ['SET CONSTRAINTS ALL DEFERRED'],
      ),
    ).rejects.toMatchObject(REFUSED);
  });

  it('is sufficient when it was written first, or inside a kept savepoint', async () => {
    const id = await raw.documentIn('pending');
    await raw.together(['SAVEPOINT kept'], verified(id), ['RELEASE SAVEPOINT kept'], become(id, 'verified'));
  });
});

describe('the leaf of an entry', () => {
  const now = Date.now();
  const [id, target] = [v7({ msecs: now }), v7()];
  const content = {
    id,
    action: 'document.verified',
    outcome: 'succeeded',
    occurredAt: new Date(now).toISOString(),
    actor: { type: 'system', id: null, roles: [], authenticatedBy: null, sessionId: null },
    target: { type: 'document', id: target, version: null, sha256: null, ownerId: null },
    reasonCode: null,
    requestId: null,
    changes: { before: {}, after: AFTER },
    details: { decisionId: id },
    nonce: 'x',
  };
  const withLeaf = (leaf: string): Promise<unknown> =>
    raw.application.query(
      `INSERT INTO audit.entries (id, occurred_at, action, outcome, actor_type, actor_roles, target_type, target_id,
         changes, details, leaf)
       VALUES ($1, $2, 'document.verified', 'succeeded', 'system', '{}', 'document', $3, $4, $5, $6)`,
      [id, new Date(now), target, content.changes, content.details, Buffer.from(leaf)],
    );

  it.each([
    ['the identity', { id: v7() }],
    ['the action', { action: 'document.content_read' }],
    ['the outcome', { outcome: 'failed' }],
    ['the actor', { actor: { type: 'user', id: v7() } }],
    ['the target', { target: null }],
    ['the document', { target: { type: 'document', id: v7() } }],
    ['the change', { changes: { before: {}, after: { ...AFTER, status: 'rejected' } } }],
    ['the decision', { details: {} }],
  ])('cannot contradict its columns: %s', async (_, lie) => {
    await expect(withLeaf(JSON.stringify({ ...content, ...lie }))).rejects.toMatchObject({
      constraint: 'ck_entries_leaf_agrees',
    });
  });

  it.each(['', '{', '[]', '"text"', '\xff'])('is a JSON object, not %j', async (leaf) => {
    await expect(withLeaf(leaf)).rejects.toMatchObject({
      code: expect.stringMatching(/^(23514|22P02|22021)$/),
    });
  });

  it('is stored when it matches its columns', async () => {
    await withLeaf(JSON.stringify(content));
  });
});

describe('the application', () => {
  it.each([
    'ALTER TABLE documents.documents DISABLE TRIGGER ALL',
    'ALTER TABLE users.users DISABLE TRIGGER tr_users_recorded',
    'DROP TRIGGER tr_decisions_recorded ON documents.decisions',
    'ALTER TABLE audit.entries DROP CONSTRAINT ck_entries_leaf_agrees',
    `SET session_replication_role = 'replica'`,
    'TRUNCATE documents.documents CASCADE',
    'DROP FUNCTION documents.require_entry() CASCADE',
    'CREATE OR REPLACE FUNCTION documents.require_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
    'ALTER FUNCTION documents.require_entry() SET search_path = pg_temp',
    `SELECT audit.require_entry('document', 'x', '{}', '{}', NULL)`,
  ])('cannot disable the check: %s', async (attempt) => {
    await expect(raw.application.query(attempt)).rejects.toMatchObject({ code: '42501' });
  });

  it('cannot bypass the check with shadowing names or other statements', async () => {
    const id = await raw.documentIn('pending');
    const verify = `status = 'verified', revision = revision + 1`;
    await raw.application.query(`CREATE TEMP TABLE entries AS SELECT * FROM audit.entries`);
    await raw.application.query(`SET search_path = pg_temp, audit, documents`);
    const attempts: Statement[][] = [
      [become(id, 'verified')],
      [
        [
          `MERGE INTO documents.documents d USING (SELECT 1) s ON d.id = '${id}' WHEN MATCHED THEN UPDATE SET ${verify}`,
        ],
      ],
      [
        [
          `INSERT INTO documents.documents AS d SELECT * FROM documents.documents WHERE id = '${id}'
           ON CONFLICT (id) DO UPDATE SET status = 'verified', revision = d.revision + 1`,
        ],
      ],
      [
        [
          `WITH x AS (UPDATE documents.documents SET ${verify} WHERE id = '${id}' RETURNING 1) SELECT * FROM x`,
        ],
      ],
      [[`DO $do$ BEGIN UPDATE documents.documents SET ${verify} WHERE id = '${id}'; END $do$`]],
      [insertDocument(v7()), ['SET LOCAL enable_indexscan = off']],
    ];
    for (const attempt of attempts) await expect(raw.together(...attempt)).rejects.toMatchObject(REFUSED);
  });
});

describe('the cost of the check', () => {
  it('is one index look-up, however long the log and however often the document was read', async () => {
    const id = await raw.documentIn('pending');
    await raw.application.query(
      `INSERT INTO audit.entries (id, occurred_at, action, outcome, actor_type, actor_roles, target_type, target_id)
       SELECT (lpad(to_hex(1767225600000), 12, '0') || '7000a000' || lpad(to_hex(n), 12, '0'))::uuid,
         to_timestamp(1767225600), 'document.content_read', 'succeeded', 'system', '{}', 'document', $1
       FROM generate_series(1, 20000) n`,
      [id],
    );
    const before = await blocksRead();
    await raw.together(become(id, 'verified'), verified(id));
    expect((await blocksRead()) - before).toBeLessThan(100);
  });

  /** The blocks read of the table of entries and of its indexes. */
  async function blocksRead(): Promise<number> {
    await raw.application.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await raw.owner.query<{ blocks: string }>(
      `SELECT heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit AS blocks
       FROM pg_statio_all_tables WHERE relid = 'audit.entries'::regclass`,
    );
    return Number(rows[0]?.blocks);
  }
});
