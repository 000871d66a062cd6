import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What the application says of an entry; in which transaction it was written, the database says. */
const WRITABLE = `id, occurred_at, action, outcome, actor_type, actor_id, actor_roles, authenticated_by, session_id,
  target_type, target_id, target_version, target_sha256, target_owner_id, reason_code, request_id, ip, user_agent,
  changes, details, leaf`;

const REQUIRE_ENTRY = 'audit.require_entry(text, text, text[], jsonb, uuid)';
/** Table, trigger, function. */
const DEMANDS = [
  ['documents.documents', 'tr_documents_recorded', 'documents.require_entry()'],
  ['documents.decisions', 'tr_decisions_recorded', 'documents.require_entry_of_decision()'],
  ['users.users', 'tr_users_recorded', 'users.require_entry()'],
] as const;
const FUNCTIONS = [REQUIRE_ENTRY, ...DEMANDS.map(([, , name]) => name)].join(', ');

/** With the rights of the owner, and with no schema in sight into which somebody could put a name. */
const AS_OWNER = 'LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp';

/**
 * No document, decision or account changes without its entry: when a transaction ends, the log must hold an entry that
 * this same transaction wrote and that says what the row became, whoever sent it. Each module's schema says which
 * actions may change its rows, the log only whether there is such an entry. The release before writes them all already.
 */
export class Completeness1763600000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // An entry that could name another transaction would stand for changes that are not its own.
    await runner.query(`REVOKE INSERT ON audit.entries FROM veritrail_app`);
    await runner.query(`GRANT INSERT (${WRITABLE}) ON audit.entries TO veritrail_app`);
    // The columns find an entry and the leaf proves it, so neither may say what the other does not. There were no
    // leaves before: no row has to be looked at.
    await runner.query(`
      ALTER TABLE audit.entries ADD CONSTRAINT ck_entries_leaf_agrees CHECK (leaf IS NULL
        OR convert_from(leaf, 'UTF8')::jsonb @> jsonb_build_object(
          'id', id, 'action', action, 'outcome', outcome,
          'actor', jsonb_build_object('type', actor_type, 'id', actor_id),
          'target', CASE WHEN target_id IS NOT NULL THEN jsonb_build_object('type', target_type, 'id', target_id) END,
          'changes', changes, 'details', details)) NOT VALID`);
    // Looked up by transaction and by nothing else: a document that was read a million times has as many entries. A
    // plan made while the table was small must not stay a scan when it has grown.
    await runner.query(`
      CREATE FUNCTION audit.require_entry(about_type text, about_id text, actions text[], became jsonb, decision uuid)
      RETURNS void ${AS_OWNER} SET enable_seqscan = off AS $$
      BEGIN
        PERFORM FROM (
          SELECT e.action, e.outcome, e.target_type, e.target_id, e.changes, e.details FROM audit.entries e
          WHERE e.xid = pg_current_xact_id() OFFSET 0) written
        WHERE written.target_id = about_id AND written.target_type = about_type AND written.outcome = 'succeeded'
          AND written.action = ANY (actions)
          AND NOT EXISTS (SELECT FROM jsonb_each(became) fact
            WHERE written.changes -> 'after' -> fact.key IS DISTINCT FROM fact.value)
          AND (decision IS NULL OR decision::text
            IN (written.details ->> 'decisionId', written.details -> 'decision' ->> 'id'));
        IF NOT FOUND THEN
          RAISE EXCEPTION 'the audit log has no entry of this transaction that tells of this change of % %: % is needed',
            about_type, about_id, coalesce(nullif(array_to_string(actions, ' or '), ''), 'an action that does this')
            USING ERRCODE = 'integrity_constraint_violation', DETAIL = became::text;
        END IF;
      END $$`);
    await runner.query(`
      CREATE FUNCTION documents.require_entry() RETURNS trigger ${AS_OWNER} AS $$
      DECLARE
        actions text[];
        became  jsonb;
      BEGIN
        IF TG_OP = 'DELETE' THEN
          PERFORM audit.require_entry('document', OLD.id::text, '{document.deleted}', '{}', NULL);
          RETURN NULL;
        END IF;
        IF TG_OP = 'INSERT' THEN
          actions := '{document.uploaded}';
        ELSIF NEW IS NOT DISTINCT FROM OLD THEN
          RETURN NULL;
        ELSIF NEW.id <> OLD.id THEN
          actions := '{}';
        ELSIF NEW.status = 'in_review' THEN
          actions := '{document.claimed}';
        ELSIF NEW.status = 'pending' THEN
          actions := CASE
            WHEN OLD.status = 'rejected' THEN '{document.reopened}'::text[]
            WHEN NEW.current_version <> OLD.current_version THEN '{document.version_added}'
            WHEN OLD.status = 'in_review' THEN '{document.released,document.lease_expired,document.updated}'
            WHEN OLD.status = 'pending' THEN '{document.updated}'
            ELSE '{}'
          END;
        ELSIF NEW.status = OLD.status THEN
          actions := '{document.updated}';
        ELSE
          actions := ARRAY['document.' || NEW.status];
        END IF;
        became := jsonb_build_object('revision', NEW.revision);
        IF TG_OP = 'INSERT' OR NEW.status <> OLD.status THEN
          became := became || jsonb_build_object('status', NEW.status);
        END IF;
        PERFORM audit.require_entry('document', NEW.id::text, actions, became, NULL);
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE FUNCTION documents.require_entry_of_decision() RETURNS trigger ${AS_OWNER} AS $$
      BEGIN
        IF TG_OP = 'INSERT' THEN
          PERFORM audit.require_entry(
            'document', NEW.document_id::text, ARRAY['document.' || NEW.outcome], '{}', NEW.id);
        ELSE
          PERFORM audit.require_entry('document', OLD.document_id::text, '{}', '{}', OLD.id);
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE FUNCTION users.require_entry() RETURNS trigger ${AS_OWNER} AS $$
      BEGIN
        IF TG_OP = 'DELETE' THEN
          PERFORM audit.require_entry('user', OLD.id::text, '{user.deleted}', '{}', NULL);
        ELSIF TG_OP = 'INSERT' THEN
          PERFORM audit.require_entry('user', NEW.id::text, '{user.created,user.registered}',
            jsonb_build_object('roles', NEW.roles, 'status', NEW.status), NULL);
        ELSE
          IF NEW.id <> OLD.id THEN
            PERFORM audit.require_entry('user', OLD.id::text, '{}', '{}', NULL);
          END IF;
          IF NEW.roles <> OLD.roles THEN
            PERFORM audit.require_entry('user', NEW.id::text, '{user.roles_changed}',
              jsonb_build_object('roles', NEW.roles), NULL);
          END IF;
          IF NEW.status <> OLD.status THEN
            PERFORM audit.require_entry('user', NEW.id::text,
              CASE NEW.status WHEN 'suspended' THEN '{user.suspended}'::text[] ELSE '{user.reactivated}' END,
              jsonb_build_object('status', NEW.status), NULL);
          END IF;
          IF (NEW.email, NEW.display_name) IS DISTINCT FROM (OLD.email, OLD.display_name) THEN
            PERFORM audit.require_entry('user', NEW.id::text, '{user.updated}', '{}', NULL);
          END IF;
        END IF;
        RETURN NULL;
      END $$`);
    // Triggers call them as they are; nobody else has a reason to.
    await runner.query(`REVOKE ALL ON FUNCTION ${FUNCTIONS} FROM PUBLIC`);
    for (const [table, trigger, name] of DEMANDS) {
      await runner.query(`
        CREATE CONSTRAINT TRIGGER ${trigger} AFTER INSERT OR UPDATE OR DELETE ON ${table}
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ${name}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, trigger] of DEMANDS) await runner.query(`DROP TRIGGER ${trigger} ON ${table}`);
    await runner.query(`DROP FUNCTION ${FUNCTIONS}`);
    await runner.query(`ALTER TABLE audit.entries DROP CONSTRAINT ck_entries_leaf_agrees`);
    await runner.query(`REVOKE INSERT (${WRITABLE}) ON audit.entries FROM veritrail_app`);
    await runner.query(`GRANT INSERT ON audit.entries TO veritrail_app`);
  }
}
