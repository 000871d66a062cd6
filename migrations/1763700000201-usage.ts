import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What each user has stored. A trigger counts, so that a previous release that still serves counts too. */
export class Usage1763700000201 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE documents.usage (
        user_id uuid   NOT NULL,
        files   bigint NOT NULL,
        bytes   bigint NOT NULL,
        CONSTRAINT pk_usage PRIMARY KEY (user_id)
      )`);
    await runner.query(`GRANT SELECT ON documents.usage TO veritrail_app`);
    // Of its owner, because the application must not change the counters.
    await runner.query(`
      CREATE FUNCTION documents.count_usage() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        INSERT INTO documents.usage AS u (user_id, files, bytes) VALUES (NEW.uploaded_by, 1, NEW.size)
        ON CONFLICT (user_id) DO UPDATE SET files = u.files + 1, bytes = u.bytes + NEW.size;
        RETURN NULL;
      END $$`);
    await runner.query(`REVOKE ALL ON FUNCTION documents.count_usage() FROM PUBLIC`);
    await runner.query(`
      CREATE TRIGGER tr_versions_usage AFTER INSERT ON documents.versions
      FOR EACH ROW EXECUTE FUNCTION documents.count_usage()`);
    // The trigger blocks inserts until this migration commits, so no version is counted twice or not at all.
    await runner.query(`
      INSERT INTO documents.usage (user_id, files, bytes)
      SELECT uploaded_by, count(*), sum(size) FROM documents.versions GROUP BY uploaded_by`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER tr_versions_usage ON documents.versions`);
    await runner.query(`DROP FUNCTION documents.count_usage()`);
    await runner.query(`DROP TABLE documents.usage`);
  }
}
