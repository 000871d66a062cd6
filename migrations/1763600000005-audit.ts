import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The audit log: appended to, read, and never anything else. */
export class Audit1763600000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit.entries (
        id               uuid        NOT NULL,
        occurred_at      timestamptz NOT NULL,
        action           text        NOT NULL,
        outcome          text        NOT NULL,
        actor_type       text        NOT NULL,
        actor_id         uuid        NULL,
        actor_roles      text[]      NOT NULL,
        authenticated_by text        NULL,
        session_id       uuid        NULL,
        target_type      text        NULL,
        target_id        text        NULL,
        target_version   integer     NULL,
        target_sha256    bytea       NULL,
        target_owner_id  uuid        NULL,
        reason_code      text        NULL,
        request_id       text        NULL,
        ip               text        NULL,
        user_agent       text        NULL,
        changes          jsonb       NULL,
        details          jsonb       NULL,
        CONSTRAINT pk_entries PRIMARY KEY (id),
        CONSTRAINT ck_entries_action CHECK (action ~ '^[a-z_]+[.][a-z_]+$'),
        CONSTRAINT ck_entries_outcome CHECK (outcome IN ('succeeded', 'denied', 'failed')),
        CONSTRAINT ck_entries_actor CHECK (
          actor_type IN ('user', 'anonymous', 'system', 'operator') AND (actor_type = 'user') = (actor_id IS NOT NULL)),
        CONSTRAINT ck_entries_target CHECK ((target_type IS NULL) = (target_id IS NULL)),
        CONSTRAINT ck_entries_sha256 CHECK (target_sha256 IS NULL OR length(target_sha256) = 32),
        CONSTRAINT ck_entries_id_time CHECK (
          ('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint
          = (extract(epoch FROM occurred_at) * 1000)::bigint)
      )`);
    // An id is made of the time of its entry (checked above), so ids are the order of time and need no other index for it.
    await runner.query(`CREATE INDEX ix_entries_actor ON audit.entries (actor_id, id DESC)`);
    await runner.query(`CREATE INDEX ix_entries_target ON audit.entries (target_id, id DESC)`);
    await runner.query(`CREATE INDEX ix_entries_action ON audit.entries (action, id DESC)`);
    await runner.query(`CREATE INDEX ix_entries_owner ON audit.entries (target_owner_id, id DESC)
      WHERE target_owner_id IS NOT NULL`);
    await runner.query(`CREATE INDEX ix_entries_refused ON audit.entries (outcome, id DESC)
      WHERE outcome <> 'succeeded'`);
    await runner.query(`GRANT SELECT, INSERT ON audit.entries TO veritrail_app`);
    // The grants stop the application; the trigger also stops the owner from doing it by mistake.
    await runner.query(`
      CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'audit.entries is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
      END $$`);
    await runner.query(`
      CREATE TRIGGER tr_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.entries
      FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE audit.entries`);
    await runner.query(`DROP FUNCTION audit.refuse_change()`);
  }
}
