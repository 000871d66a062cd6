import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** With the rights of the owner, and with no schema in sight into which somebody could put a name. */
const AS_OWNER = 'LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp';

/**
 * Which sessions and accounts lost something, and in which transaction, for the processes that remember what they had. The
 * database says so itself, whoever changes a row and whichever release.
 */
export class Revocations1763600000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE auth.revocations (
        xid     xid8        NOT NULL DEFAULT pg_current_xact_id(),
        subject uuid        NOT NULL,
        at      timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT pk_revocations PRIMARY KEY (xid, subject)
      )`);
    await runner.query(`GRANT SELECT, DELETE ON auth.revocations TO veritrail_app`);
    await runner.query(`
      CREATE FUNCTION auth.revoke_remembered() RETURNS trigger ${AS_OWNER} AS $$
      BEGIN
        INSERT INTO auth.revocations (subject) VALUES (OLD.id) ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER tr_sessions_revoked AFTER UPDATE ON auth.sessions FOR EACH ROW
      WHEN (OLD.revoked_at IS DISTINCT FROM NEW.revoked_at OR OLD.expires_at <> NEW.expires_at
        OR OLD.user_id <> NEW.user_id OR OLD.id <> NEW.id)
      EXECUTE FUNCTION auth.revoke_remembered()`);
    // Sessions that are over are forgotten by the thousand, and remembered by nobody.
    await runner.query(`
      CREATE TRIGGER tr_sessions_removed AFTER DELETE ON auth.sessions FOR EACH ROW
      WHEN (OLD.revoked_at IS NULL AND OLD.expires_at > now())
      EXECUTE FUNCTION auth.revoke_remembered()`);
    await runner.query(`
      CREATE TRIGGER tr_users_revoked AFTER UPDATE ON users.users FOR EACH ROW
      WHEN (OLD.roles <> NEW.roles OR OLD.status <> NEW.status OR OLD.id <> NEW.id)
      EXECUTE FUNCTION auth.revoke_remembered()`);
    await runner.query(`
      CREATE TRIGGER tr_users_removed AFTER DELETE ON users.users FOR EACH ROW
      EXECUTE FUNCTION auth.revoke_remembered()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER tr_users_removed ON users.users`);
    await runner.query(`DROP TRIGGER tr_users_revoked ON users.users`);
    await runner.query(`DROP TRIGGER tr_sessions_removed ON auth.sessions`);
    await runner.query(`DROP TRIGGER tr_sessions_revoked ON auth.sessions`);
    await runner.query(`DROP FUNCTION auth.revoke_remembered()`);
    await runner.query(`DROP TABLE auth.revocations`);
  }
}
