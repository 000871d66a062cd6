import { type MigrationInterface, type QueryRunner } from 'typeorm';

const FUNCTION = 'documents.require_entry_of_delivery()';

/**
 * Which bytes were delivered to which reviewer: the ranges of the file, and the time at which they covered it. A complete
 * delivery needs its audit entry and never changes. There is no foreign key, because a download would then wait for a change
 * of its document. The release before neither reads nor writes this table.
 */
export class Deliveries1763700000101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE documents.deliveries (
        document_id  uuid           NOT NULL,
        reader_id    uuid           NOT NULL,
        sha256       bytea          NOT NULL,
        ranges       int8multirange NOT NULL,
        delivered_at timestamptz    NULL,
        CONSTRAINT pk_deliveries PRIMARY KEY (document_id, reader_id, sha256),
        CONSTRAINT ck_deliveries_sha256 CHECK (length(sha256) = 32)
      )`);
    await runner.query(`GRANT SELECT, INSERT ON documents.deliveries TO veritrail_app`);
    await runner.query(`GRANT UPDATE (ranges, delivered_at) ON documents.deliveries TO veritrail_app`);
    await runner.query(`
      CREATE FUNCTION ${FUNCTION} RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        IF TG_OP <> 'INSERT' AND OLD.delivered_at IS NOT NULL THEN
          PERFORM audit.require_entry('document', OLD.document_id::text, '{}', '{}', NULL);
        ELSIF TG_OP <> 'DELETE' AND NEW.delivered_at IS NOT NULL THEN
          PERFORM audit.require_entry('document', NEW.document_id::text, '{document.content_delivered}',
            jsonb_build_object('deliveredTo', NEW.reader_id, 'deliveredSha256', encode(NEW.sha256, 'hex')), NULL);
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`REVOKE ALL ON FUNCTION ${FUNCTION} FROM PUBLIC`);
    await runner.query(`
      CREATE CONSTRAINT TRIGGER tr_deliveries_recorded AFTER INSERT OR UPDATE OR DELETE ON documents.deliveries
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ${FUNCTION}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE documents.deliveries`);
    await runner.query(`DROP FUNCTION ${FUNCTION}`);
  }
}
