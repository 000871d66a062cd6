import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The content of a leaf in the columns of the entry `e`. Version 1: personal values are commitments, and a nonce is added. */
const COLUMNS_OF_ENTRY = (e: string): string => `jsonb_build_object(
  'id', ${e}id, 'action', ${e}action, 'outcome', ${e}outcome,
  'actor', jsonb_build_object('type', ${e}actor_type, 'id', ${e}actor_id, 'roles', to_jsonb(${e}actor_roles),
    'authenticatedBy', ${e}authenticated_by, 'sessionId', ${e}session_id),
  'target', CASE WHEN ${e}target_id IS NOT NULL THEN jsonb_build_object(
    'type', ${e}target_type, 'id', ${e}target_id, 'version', ${e}target_version,
    'sha256', encode(${e}target_sha256, 'hex'), 'ownerId', ${e}target_owner_id) END,
  'reasonCode', ${e}reason_code, 'requestId', ${e}request_id, 'changes', ${e}changes, 'details', ${e}details)`;

const AGREES = (leaf: string, e: string): string => `
  CASE WHEN jsonb_typeof(convert_from(${leaf}, 'UTF8')::jsonb) = 'object' THEN
    convert_from(${leaf}, 'UTF8')::jsonb - '{v,nonce,personal,occurredAt}'::text[] = ${COLUMNS_OF_ENTRY(e)}
    AND coalesce((convert_from(${leaf}, 'UTF8')::jsonb ->> 'occurredAt')::timestamptz = ${e}occurred_at, false)
  ELSE false END`;

const BEFORE = `leaf IS NULL OR convert_from(leaf, 'UTF8')::jsonb @> jsonb_build_object(
  'id', id, 'action', action, 'outcome', outcome,
  'actor', jsonb_build_object('type', actor_type, 'id', actor_id),
  'target', CASE WHEN target_id IS NOT NULL THEN jsonb_build_object('type', target_type, 'id', target_id) END,
  'changes', changes, 'details', details)`;

/**
 * An entry has one content: its columns equal its leaf member by member, and a sealed leaf is the leaf of its entry. An
 * adopted leaf exists only for an entry without one. Personal values are those to which the leaf commits. Existing rows are not looked at; the release before passes.
 */
export class OneTruth1763700000301 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE audit.entries DROP CONSTRAINT ck_entries_leaf_agrees`);
    await runner.query(`
      ALTER TABLE audit.entries ADD CONSTRAINT ck_entries_leaf_agrees
      CHECK (leaf IS NULL OR ${AGREES('leaf', '')}) NOT VALID`);
    // Instead of a foreign key, which partitions with different keys cannot have.
    await runner.query(`
      CREATE FUNCTION audit.require_entry_of_leaf() RETURNS trigger LANGUAGE plpgsql
      SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        entry audit.entries%ROWTYPE;
      BEGIN
        SELECT * INTO entry FROM audit.entries e WHERE e.id = NEW.entry_id;
        IF entry.id IS NULL THEN
          RAISE EXCEPTION 'the leaf % has no entry %', NEW.leaf_index, NEW.entry_id
            USING ERRCODE = 'foreign_key_violation';
        ELSIF (entry.leaf IS NULL) <> (NEW.adopted_leaf IS NOT NULL) THEN
          RAISE EXCEPTION 'the entry % has a leaf of its own, or none was adopted', NEW.entry_id
            USING ERRCODE = 'check_violation';
        ELSIF NEW.leaf_hash <> sha256('\\x00'::bytea || coalesce(entry.leaf, NEW.adopted_leaf)) THEN
          RAISE EXCEPTION 'the hash of the leaf % is not that of the entry %', NEW.leaf_index, NEW.entry_id
            USING ERRCODE = 'check_violation';
        ELSIF NEW.adopted_leaf IS NOT NULL AND NOT (${AGREES('NEW.adopted_leaf', 'entry.')}) THEN
          RAISE EXCEPTION 'the adopted leaf % differs from the columns of the entry %', NEW.leaf_index, NEW.entry_id
            USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE CONSTRAINT TRIGGER tr_sealed_leaves_tied AFTER INSERT ON audit.sealed_leaves
      FOR EACH ROW EXECUTE FUNCTION audit.require_entry_of_leaf()`);
    // Deferred, because one statement inserts an entry and its values.
    await runner.query(`
      CREATE FUNCTION audit.require_commitment() RETURNS trigger LANGUAGE plpgsql
      SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        PERFORM FROM audit.entries e LEFT JOIN audit.sealed_leaves s ON s.entry_id = e.id
        WHERE e.id = NEW.entry_id
          AND convert_from(coalesce(e.leaf, s.adopted_leaf), 'UTF8')::jsonb -> 'personal' ->> 'commitment'
            = rtrim(translate(encode(sha256(NEW.salt || NEW.value), 'base64'), '+/', '-_'), '=');
        IF NOT FOUND THEN
          RAISE EXCEPTION 'the leaf of the entry % does not commit to these values', NEW.entry_id
            USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE CONSTRAINT TRIGGER tr_personal_values_committed AFTER INSERT ON audit.personal_values
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.require_commitment()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER tr_personal_values_committed ON audit.personal_values`);
    await runner.query(`DROP FUNCTION audit.require_commitment()`);
    await runner.query(`DROP TRIGGER tr_sealed_leaves_tied ON audit.sealed_leaves`);
    await runner.query(`DROP FUNCTION audit.require_entry_of_leaf()`);
    await runner.query(`ALTER TABLE audit.entries DROP CONSTRAINT ck_entries_leaf_agrees`);
    await runner.query(
      `ALTER TABLE audit.entries ADD CONSTRAINT ck_entries_leaf_agrees CHECK (${BEFORE}) NOT VALID`,
    );
  }
}
