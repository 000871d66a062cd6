import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** People with accounts. */
export class Users1763600000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users.users (
        id                uuid        NOT NULL,
        email             text        NOT NULL,
        display_name      text        NOT NULL,
        roles             text[]      NOT NULL,
        status            text        NOT NULL,
        suspension_reason text        NULL,
        revision          integer     NOT NULL DEFAULT 1,
        created_at        timestamptz NOT NULL,
        updated_at        timestamptz NOT NULL,
        CONSTRAINT pk_users PRIMARY KEY (id),
        CONSTRAINT ck_users_email CHECK (length(email) BETWEEN 3 AND 254),
        CONSTRAINT ck_users_display_name CHECK (length(display_name) BETWEEN 1 AND 200),
        CONSTRAINT ck_users_status CHECK (status IN ('active', 'suspended')),
        CONSTRAINT ck_users_suspension_reason CHECK ((status = 'suspended') = (suspension_reason IS NOT NULL)),
        CONSTRAINT ck_users_roles CHECK (
          cardinality(roles) BETWEEN 1 AND 5
          AND roles <@ ARRAY['user', 'verifier', 'admin', 'user_manager', 'auditor'])
      )`);
    await runner.query(`CREATE UNIQUE INDEX uq_users_email ON users.users (lower(email))`);
    await runner.query(`CREATE INDEX ix_users_newest ON users.users (created_at DESC, id DESC)`);
    await runner.query(`CREATE INDEX ix_users_roles ON users.users USING gin (roles)`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON users.users TO veritrail_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE users.users`);
  }
}
