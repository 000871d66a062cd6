import { plantEntries } from '../support/audit-rows.js';
import { useClient, useDatabase } from '../support/describe-api.js';

let id: string | undefined;

const database = useDatabase();
const owner = useClient(() => database.ownerUrl);
// Connects as the product does: under the group role.
const application = useClient(() => database.url, '-c role=veritrail_app');

beforeAll(async () => {
  [id] = await plantEntries(owner, [{ action: 'document.verified' }]);
});

const CHANGES = [
  `UPDATE audit.entries SET outcome = 'failed'`,
  `UPDATE audit.entries SET outcome = outcome WHERE FALSE`,
  `DELETE FROM audit.entries`,
  `TRUNCATE audit.entries`,
  `TRUNCATE audit.entries CASCADE`,
  `INSERT INTO audit.entries SELECT * FROM audit.entries ON CONFLICT (id) DO UPDATE SET outcome = 'failed'`,
  `MERGE INTO audit.entries e USING (SELECT 1) s ON TRUE WHEN MATCHED THEN DELETE`,
];

describe('the table of entries', () => {
  it.each(CHANGES)('refuses the application: %s', async (change) => {
    await expect(application.query(change)).rejects.toMatchObject({ code: '42501' });
  });

  it.each(CHANGES)('refuses its owner: %s', async (change) => {
    await expect(owner.query(change)).rejects.toMatchObject({
      code: '42501',
      message: expect.stringMatching(/^audit\.entries is append-only: (UPDATE|DELETE|TRUNCATE) is refused$/),
    });
  });

  it('keeps the appended rows', async () => {
    const { rows } = await application.query('SELECT id, outcome FROM audit.entries');
    expect(rows).toEqual([{ id, outcome: 'succeeded' }]);
  });

  it('is not owned by the application, which cannot remove its protection', async () => {
    const { rows } = await application.query(
      `SELECT pg_get_userbyid(relowner) AS owner, pg_has_role(session_user, relowner, 'MEMBER') AS member,
              has_any_column_privilege('audit.entries', 'INSERT') AS insert,
              has_table_privilege('audit.entries', 'UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES') AS more
       FROM pg_class WHERE oid = 'audit.entries'::regclass`,
    );
    expect(rows).toEqual([
      { owner: new URL(database.ownerUrl).username, member: false, insert: true, more: false },
    ]);
    for (const attempt of [
      'ALTER TABLE audit.entries DISABLE TRIGGER ALL',
      'DROP TRIGGER tr_entries_append_only ON audit.entries',
      'DROP TABLE audit.entries',
      'ALTER TABLE audit.entries DROP COLUMN ip',
      'CREATE RULE quiet AS ON INSERT TO audit.entries DO INSTEAD NOTHING',
      'CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
      `SET session_replication_role = 'replica'`,
    ]) {
      await expect([attempt, application.query(attempt)][1]).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('refuses an entry whose identifier encodes a different time', async () => {
    const later = `UPDATE pg_temp.copy SET id = gen_random_uuid(), occurred_at = occurred_at + interval '1 ms'`;
    await application.query('CREATE TEMP TABLE copy AS SELECT * FROM audit.entries');
    await application.query(later);
    await expect(
      application.query(
        `INSERT INTO audit.entries (id, occurred_at, action, outcome, actor_type, actor_roles)
         SELECT id, occurred_at, action, outcome, actor_type, actor_roles FROM pg_temp.copy`,
      ),
    ).rejects.toMatchObject({
      constraint: 'ck_entries_id_time',
    });
  });
});

describe('the tables of the sealed log', () => {
  it.each([
    ['sealed_leaves', 'leaf_index'],
    ['tiles', 'level'],
    ['checkpoints', 'tree_size'],
    ['sealing_progress', 'tree_size'],
  ])('%s is append-only, even for its owner', async (table, column) => {
    for (const client of [application, owner]) {
      for (const change of [
        `UPDATE audit.${table} SET ${column} = ${column}`,
        `DELETE FROM audit.${table}`,
        `TRUNCATE audit.${table}`,
      ]) {
        await expect([change, client.query(change)][1]).rejects.toMatchObject({ code: '42501' });
      }
    }
  });

  it('only the table owner can delete personal values, and no role can change them', async () => {
    const DESTROY = 'DELETE FROM audit.personal_values';
    const CHANGE = `UPDATE audit.personal_values SET value = '{}'`;
    await expect(application.query(DESTROY)).rejects.toMatchObject({ code: '42501' });
    await expect(application.query(CHANGE)).rejects.toMatchObject({ code: '42501' });
    await expect(owner.query(CHANGE)).rejects.toMatchObject({
      message: 'audit.personal_values is append-only: UPDATE is refused',
    });
    await owner.query(DESTROY);
  });
});
