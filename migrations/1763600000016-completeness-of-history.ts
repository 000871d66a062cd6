import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Table, trigger, function. */
const DEMANDS = [
  ['documents.versions', 'tr_versions_recorded', 'documents.require_entry_of_version()'],
  ['documents.history', 'tr_history_recorded', 'documents.require_entry_of_history()'],
] as const;

/** With the rights of the owner, and with no schema in sight into which somebody could put a name. */
const AS_OWNER = 'LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp';

/**
 * What is told about a document's past needs its entry too, and not only what the document is now: a version nobody
 * uploaded, with the bytes of another document, or a line of history about what never happened. Rows that are there are
 * not looked at; the release before writes these entries already.
 */
export class CompletenessOfHistory1763600000016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // An entry says what became different: bytes that were uploaded again are not told again.
    await runner.query(`
      CREATE FUNCTION documents.require_entry_of_version() RETURNS trigger ${AS_OWNER} AS $$
      DECLARE
        became jsonb;
      BEGIN
        IF TG_OP <> 'INSERT' THEN
          PERFORM audit.require_entry('document', OLD.document_id::text, '{}', '{}', NULL);
          RETURN NULL;
        END IF;
        became := jsonb_build_object('version', NEW.number);
        IF NOT EXISTS (SELECT FROM documents.versions before WHERE before.document_id = NEW.document_id
            AND before.number = NEW.number - 1 AND before.sha256 = NEW.sha256) THEN
          became := became || jsonb_build_object('sha256', encode(NEW.sha256, 'hex'));
        END IF;
        PERFORM audit.require_entry('document', NEW.document_id::text,
          CASE NEW.number WHEN 1 THEN '{document.uploaded}'::text[] ELSE '{document.version_added}' END, became, NULL);
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE FUNCTION documents.require_entry_of_history() RETURNS trigger ${AS_OWNER} AS $$
      DECLARE
        became jsonb;
      BEGIN
        IF TG_OP <> 'INSERT' THEN
          PERFORM audit.require_entry('document', OLD.document_id::text, '{}', '{}', NULL);
          RETURN NULL;
        END IF;
        became := jsonb_build_object('revision', NEW.revision);
        IF NEW.from_status IS DISTINCT FROM NEW.to_status THEN
          became := became || jsonb_build_object('status', NEW.to_status);
        END IF;
        PERFORM audit.require_entry(
          'document', NEW.document_id::text, ARRAY['document.' || NEW.action], became, NEW.decision_id);
        RETURN NULL;
      END $$`);
    for (const [table, trigger, name] of DEMANDS) {
      // Triggers call them as they are; nobody else has a reason to.
      await runner.query(`REVOKE ALL ON FUNCTION ${name} FROM PUBLIC`);
      await runner.query(`
        CREATE CONSTRAINT TRIGGER ${trigger} AFTER INSERT OR UPDATE OR DELETE ON ${table}
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ${name}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, trigger, name] of DEMANDS) {
      await runner.query(`DROP TRIGGER ${trigger} ON ${table}`);
      await runner.query(`DROP FUNCTION ${name}`);
    }
  }
}
