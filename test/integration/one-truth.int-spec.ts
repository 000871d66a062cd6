import { v7 } from 'uuid';
import { leafHash } from '#libs/merkle';
import { type AuditEntry } from '../../libs/audit/src/entries/entry.js';
import { makeLeaf } from '../../libs/audit/src/entries/leaf.js';
import { plantEntries } from '../support/audit-rows.js';
import { useClient, useDatabase } from '../support/describe-api.js';
import { DIFFERENT, forged, insertEntry } from '../support/hostile/with-application-login.js';

const database = useDatabase();
const application = useClient(() => database.url, '-c role=veritrail_app');
const owner = useClient(() => database.ownerUrl);

const entryWithLeaf = (entry: AuditEntry, leaf: AuditEntry) =>
  insertEntry(application, entry, makeLeaf(leaf).bytes);
const seal = (id: string, hash: Buffer, adopted: Buffer | null) =>
  owner.query(
    `INSERT INTO audit.sealed_leaves SELECT coalesce(max(leaf_index) + 1, 0), $1, $2, $3 FROM audit.sealed_leaves`,
    [id, hash, adopted],
  );

describe('the columns of an entry', () => {
  it('are accepted when they equal the leaf, with and without target, changes and details', async () => {
    const full = forged({
      changes: { before: {}, after: { a: [1.5, 'ä', null] } },
      details: { x: { y: 'z' } },
    });
    await entryWithLeaf(full, full);
    const empty = forged({ target: null, reasonCode: null, requestId: null });
    await entryWithLeaf(empty, empty);
    const { rowCount } = await owner.query('SELECT FROM audit.entries WHERE id = ANY ($1)', [
      [full.id, empty.id],
    ]);
    expect(rowCount).toBe(2);
  });

  it.each(Object.entries(DIFFERENT))('are refused when their %s differs from the leaf', async (_, change) => {
    const entry = forged();
    await expect(entryWithLeaf(change(entry), entry)).rejects.toMatchObject({
      code: '23514',
      constraint: 'ck_entries_leaf_agrees',
    });
    await expect(entryWithLeaf(entry, change(entry))).rejects.toMatchObject({ code: '23514' });
  });

  it('are refused when the leaf has a member more, or another time', async () => {
    const entry = forged();
    const more = Buffer.from(makeLeaf(entry).bytes.toString().replace('{', '{"aaa":1,'));
    await expect(insertEntry(application, entry, more)).rejects.toMatchObject({ code: '23514' });
    await expect(
      entryWithLeaf(entry, { ...entry, occurredAt: '2026-01-01T00:00:00.000Z' }),
    ).rejects.toMatchObject({ code: '23514' });
  });
});

describe('a sealed leaf', () => {
  it('must have its entry, with its hash, and no adopted leaf beside the entry’s own', async () => {
    const entry = forged();
    const { bytes } = makeLeaf(entry);
    await insertEntry(application, entry, bytes);
    const other = makeLeaf({ ...entry, action: 'document.verified' }).bytes;
    await expect(seal(v7(), leafHash(bytes), null)).rejects.toMatchObject({ code: '23503' });
    await expect(seal(entry.id, leafHash(other), null)).rejects.toMatchObject({ code: '23514' });
    await expect(seal(entry.id, leafHash(other), other)).rejects.toMatchObject({ code: '23514' });
    await expect(seal(entry.id, leafHash(bytes), bytes)).rejects.toMatchObject({ code: '23514' });
    await expect(seal(entry.id, leafHash(bytes), null)).resolves.toMatchObject({ rowCount: 1 });
  });

  it('is adopted for an entry without one, and then equals its columns', async () => {
    const [id = ''] = await plantEntries(owner, [{ actorId: v7(), targetId: v7() }]);
    const { rows } = await owner.query<{ entry: AuditEntry }>(
      `SELECT jsonb_build_object('id', id, 'occurredAt', '2026-01-01T00:00:00.000Z', 'action', action,
         'outcome', outcome, 'actor', jsonb_build_object('type', actor_type, 'id', actor_id, 'roles', to_jsonb(actor_roles),
           'authenticatedBy', authenticated_by, 'sessionId', session_id),
         'target', jsonb_build_object('type', target_type, 'id', target_id, 'version', null, 'sha256', null,
           'ownerId', target_owner_id), 'reasonCode', reason_code, 'requestId', request_id, 'ip', ip,
         'userAgent', user_agent, 'changes', changes, 'details', details) AS entry FROM audit.entries WHERE id = $1`,
      [id],
    );
    const entry = rows[0]!.entry;
    const adopted = makeLeaf(entry).bytes;
    const wrong = makeLeaf({ ...entry, reasonCode: 'fraud' }).bytes;
    await expect(seal(id, leafHash(adopted), null)).rejects.toMatchObject({ code: '23514' });
    await expect(seal(id, leafHash(wrong), wrong)).rejects.toMatchObject({ code: '23514' });
    await expect(seal(id, leafHash(adopted), adopted)).resolves.toMatchObject({ rowCount: 1 });
  });
});

describe('personal values', () => {
  const insert = (id: string, salt: Buffer, value: Buffer) =>
    application.query('INSERT INTO audit.personal_values VALUES ($1, $2, $3)', [id, salt, value]);

  it('must be those to which the leaf of the entry commits', async () => {
    const entry = forged({ ip: '203.0.113.9', userAgent: 'agent' });
    const { bytes, personal } = makeLeaf(entry);
    await insertEntry(application, entry, bytes);
    await expect(insert(entry.id, personal!.salt, Buffer.from('{}'))).rejects.toMatchObject({
      code: '23514',
    });
    await expect(insert(v7(), personal!.salt, personal!.value)).rejects.toMatchObject({ code: '23514' });
    await expect(insert(entry.id, personal!.salt, personal!.value)).resolves.toMatchObject({ rowCount: 1 });
  });
});
