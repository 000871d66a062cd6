import { leafHash } from '#libs/merkle';
import { makeLeaf } from '../../../libs/audit/src/entries/leaf.js';
import { type Attack } from './scene.js';
import { forged, insertEntry, publishForged } from './with-application-login.js';

const sql = (name: string, ...statements: readonly string[]): Attack => ({
  name,
  run: async ({ superuser }) => {
    for (const statement of statements) await superuser.query(statement);
  },
});

/** Attacks by a superuser, with triggers switched off. */
export const AS_SUPERUSER: readonly Attack[] = [
  {
    name: 'hide a decision: progress far ahead',
    run: async (scene) => {
      await scene.decide();
      await scene.superuser.query(
        `INSERT INTO audit.sealing_progress (tree_size, cluster, seen)
         SELECT 1000000000, system_identifier::text, pg_current_snapshot() FROM pg_control_system()`,
      );
    },
    remains: async (scene) => (await scene.unsealed()) > 0,
  },
  {
    name: 'delete the entry of a decision before it is sealed',
    run: async (scene) => {
      const { id } = await scene.decide();
      await scene.superuser.query(
        `DELETE FROM audit.entries WHERE target_id = $1 AND action = 'document.verified'`,
        [id],
      );
    },
  },
  sql(
    'delete a sealed entry',
    `DELETE FROM audit.entries WHERE id = (SELECT entry_id FROM audit.sealed_leaves WHERE leaf_index = 2)`,
  ),
  sql(
    'change the leaf of a sealed entry',
    `UPDATE audit.entries SET outcome = 'denied',
       leaf = convert_to(replace(convert_from(leaf, 'UTF8'), 'succeeded', 'denied'), 'UTF8')
     WHERE id = (SELECT entry_id FROM audit.sealed_leaves WHERE leaf_index = 2)`,
  ),
  sql('change a column of a sealed entry', `UPDATE audit.entries SET reason_code = 'fraud'`),
  {
    name: 'show another leaf than the sealed one',
    run: async ({ superuser }) => {
      const entry = forged();
      const { bytes } = makeLeaf(entry);
      const other = makeLeaf({ ...entry, action: 'document.verified' }).bytes;
      await insertEntry(superuser, entry, bytes);
      await superuser.query(
        `INSERT INTO audit.sealed_leaves SELECT max(leaf_index) + 1, $1, $2, $3 FROM audit.sealed_leaves`,
        [entry.id, leafHash(other), other],
      );
    },
  },
  {
    name: 'publish a checkpoint of an unknown key',
    run: ({ superuser }) => publishForged(superuser, false),
  },
  { name: 'publish a key and its checkpoint', run: ({ superuser }) => publishForged(superuser, true) },
  sql('change the message of a decision', `UPDATE documents.decisions SET message = 'other', note = 'other'`),
  sql('change a row of the history', `UPDATE documents.history SET actor_id = gen_random_uuid()`),
  sql('change the facts of a version', `UPDATE documents.versions SET file_name = 'other.pdf'`),
  sql('change the SHA-256 of a version', `UPDATE documents.versions SET sha256 = sha256('other')`),
  sql(
    'suspend an account',
    `UPDATE users.users SET status = 'suspended', suspension_reason = 'x' WHERE id = (SELECT id FROM users.users LIMIT 1)`,
  ),
  sql('give a role', `UPDATE users.users SET roles = '{admin}' WHERE roles = '{user}'`),
  sql(
    'change personal values',
    `UPDATE audit.personal_values SET value = '{"ip":"203.0.113.9","userAgent":null}'`,
  ),
  sql('disable a trigger', 'ALTER TABLE documents.documents DISABLE TRIGGER tr_documents_recorded'),
  sql(
    'replace a function',
    `CREATE OR REPLACE FUNCTION users.require_entry() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
  ),
  sql('drop a constraint', 'ALTER TABLE audit.entries DROP CONSTRAINT ck_entries_id_time'),
  sql('grant a privilege', 'GRANT UPDATE ON audit.entries TO veritrail_app'),
];
