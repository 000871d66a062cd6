import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** How people prove who they are, and the sessions that follow. Tokens are kept as SHA-256 only. */
export class Auth1763600000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE auth.credentials (
        user_id       uuid        NOT NULL,
        password_hash text        NOT NULL,
        changed_at    timestamptz NOT NULL,
        CONSTRAINT pk_credentials PRIMARY KEY (user_id)
      )`);
    await runner.query(`
      CREATE TABLE auth.sessions (
        id            uuid        NOT NULL,
        user_id       uuid        NOT NULL,
        created_at    timestamptz NOT NULL,
        last_used_at  timestamptz NOT NULL,
        expires_at    timestamptz NOT NULL,
        revoked_at    timestamptz NULL,
        revoke_reason text        NULL,
        ip            text        NOT NULL,
        user_agent    text        NULL,
        CONSTRAINT pk_sessions PRIMARY KEY (id),
        CONSTRAINT ck_sessions_revoked CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL))
      )`);
    await runner.query(`CREATE INDEX ix_sessions_user ON auth.sessions (user_id) WHERE revoked_at IS NULL`);
    await runner.query(`CREATE INDEX ix_sessions_expiry ON auth.sessions (expires_at)`);
    await runner.query(`
      CREATE TABLE auth.refresh_tokens (
        token_sha256 bytea       NOT NULL,
        session_id   uuid        NOT NULL,
        issued_at    timestamptz NOT NULL,
        expires_at   timestamptz NOT NULL,
        used_at      timestamptz NULL,
        CONSTRAINT pk_refresh_tokens PRIMARY KEY (token_sha256),
        CONSTRAINT ck_refresh_tokens_sha256 CHECK (length(token_sha256) = 32),
        CONSTRAINT fk_refresh_tokens_session FOREIGN KEY (session_id) REFERENCES auth.sessions (id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX ix_refresh_tokens_session ON auth.refresh_tokens (session_id)`);
    await runner.query(`
      CREATE TABLE auth.invitations (
        id           uuid        NOT NULL,
        token_sha256 bytea       NOT NULL,
        user_id      uuid        NOT NULL,
        created_at   timestamptz NOT NULL,
        expires_at   timestamptz NOT NULL,
        used_at      timestamptz NULL,
        CONSTRAINT pk_invitations PRIMARY KEY (id),
        CONSTRAINT uq_invitations_token UNIQUE (token_sha256),
        CONSTRAINT ck_invitations_sha256 CHECK (length(token_sha256) = 32)
      )`);
    await runner.query(`CREATE INDEX ix_invitations_user ON auth.invitations (user_id)`);
    // The PostgreSQL store of rate-limiter-flexible; a crash of the database costs only the memory of recent failures.
    await runner.query(`
      CREATE UNLOGGED TABLE auth.rate_limits (
        key    varchar(255) NOT NULL,
        points integer      NOT NULL DEFAULT 0,
        expire bigint       NULL,
        CONSTRAINT pk_rate_limits PRIMARY KEY (key)
      )`);
    await runner.query(`
      GRANT SELECT, INSERT, UPDATE, DELETE
      ON auth.credentials, auth.sessions, auth.refresh_tokens, auth.invitations, auth.rate_limits TO veritrail_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP TABLE auth.rate_limits, auth.invitations, auth.refresh_tokens, auth.sessions, auth.credentials`,
    );
  }
}
