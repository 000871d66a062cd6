import { createHash } from 'node:crypto';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Client } from 'pg';
import request from 'supertest';
import { newId } from '#libs/kernel';
import { plantEntries } from '../support/audit-rows.js';
import { as } from '../support/audited-app.js';
import { ACTOR } from '../support/audited-notes.js';
import { duringTests } from '../support/during-tests.js';
import { openNotes } from '../support/open-notes.js';

interface Row {
  readonly id: string;
  readonly leaf: Buffer;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly xid: string;
  readonly salt: Buffer;
  readonly value: Buffer;
}

let owner: Client;
let app: NestFastifyApplication;

const notes = duringTests(() => openNotes());

beforeAll(async () => {
  ({ owner, app } = notes);
});

async function writeEntry(): Promise<Row> {
  const answer = await request(app.getHttpServer())
    .post('/v1/notes/first')
    .set({ ...as(ACTOR, 'user'), 'user-agent': 'agent' });
  const { rows } = await owner.query<Row>(
    `SELECT * FROM audit.entries JOIN audit.personal_values ON entry_id = id WHERE target_id = $1`,
    [answer.body.id],
  );
  return rows[0] as Row;
}

const read = (id: string) =>
  request(app.getHttpServer()).get(`/v1/audit/entries/${id}`).set(as(newId(), 'auditor'));

describe('the leaf of an entry', () => {
  it('is stored with it, and personal values only in their own table', async () => {
    const { leaf, ip, user_agent, salt, value, xid } = await writeEntry();
    expect([ip, user_agent]).toEqual([null, null]);
    expect(leaf.includes('127.0.0.1') || leaf.includes('agent"')).toBe(false);
    expect(value.toString()).toBe('{"ip":"127.0.0.1","userAgent":"agent"}');
    const commitment = createHash('sha256').update(salt).update(value).digest('base64url');
    expect(JSON.parse(leaf.toString())).toMatchObject({ v: 1, personal: { alg: 'sha256', commitment } });
    expect(Number(xid)).toBeGreaterThan(0);
  });

  it('determines the response, whatever the columns contain', async () => {
    const { id } = await writeEntry();
    await owner.query('ALTER TABLE audit.entries DISABLE TRIGGER USER');
    // A constraint keeps the columns equal to the leaf.
    await owner.query('ALTER TABLE audit.entries DROP CONSTRAINT ck_entries_leaf_agrees');
    await owner.query(
      `UPDATE audit.entries SET actor_roles = '{admin}', request_id = 'other', reason_code = 'other' WHERE id = $1`,
      [id],
    );
    await owner.query('ALTER TABLE audit.entries ENABLE TRIGGER USER');
    expect((await read(id)).body).toMatchObject({
      actor: { roles: ['user'] },
      requestId: expect.not.stringMatching('other'),
      reasonCode: null,
      changes: { before: { text: null }, after: { text: 'first' } },
      ip: '127.0.0.1',
      userAgent: 'agent',
    });
  });

  it('remains when the personal values are destroyed', async () => {
    const { id } = await writeEntry();
    await owner.query('DELETE FROM audit.personal_values WHERE entry_id = $1', [id]);
    expect((await read(id)).body).toMatchObject({ id, ip: null, userAgent: null, actor: { id: ACTOR } });
  });

  it('is missing from entries of the previous release, which are returned from their columns', async () => {
    const [id = ''] = await plantEntries(owner, [{ actorId: ACTOR, targetId: newId() }]);
    const { body } = await read(id);
    expect(body).toMatchObject({
      id,
      occurredAt: '2026-01-01T00:00:00.000Z',
      actor: { type: 'user', id: ACTOR, roles: ['user'] },
      target: { type: 'document', version: null, sha256: null, ownerId: null },
      ip: '203.0.113.7',
      userAgent: 'agent',
      changes: { before: { title: 'a' }, after: { title: 'b' } },
    });
  });

  it('names the transaction that wrote it, so that entries committed together are found together', async () => {
    await owner.query('BEGIN');
    const { rows: mine } = await owner.query('SELECT pg_current_xact_id()::text AS xid');
    const [id] = await plantEntries(owner, [{ action: 'document.verified' }]);
    await owner.query('COMMIT');
    const { rows } = await owner.query('SELECT xid::text FROM audit.entries WHERE id = $1', [id]);
    expect(rows).toEqual(mine);
  });
});
