import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The public halves of the keys that have signed the log: what the API tells, which does not hold the keys themselves. */
export class LogKeys1763600000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit.log_keys (
        vkey          text        NOT NULL,
        first_used_at timestamptz NOT NULL,
        CONSTRAINT pk_log_keys PRIMARY KEY (vkey)
      )`);
    await runner.query(`GRANT SELECT, INSERT ON audit.log_keys TO veritrail_app`);
    await runner.query(`
      CREATE TRIGGER tr_log_keys_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.log_keys
      FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE audit.log_keys`);
  }
}
