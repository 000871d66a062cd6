import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Answers that were given under an Idempotency-Key; each commits with the effect it reports. */
export class Idempotency1763600000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE api.idempotent_answers (
        actor_id    uuid        NOT NULL,
        key         text        NOT NULL,
        operation   text        NOT NULL,
        fingerprint bytea       NOT NULL,
        status      integer     NOT NULL,
        body        text        NULL,
        created_at  timestamptz NOT NULL,
        expires_at  timestamptz NOT NULL,
        CONSTRAINT pk_idempotent_answers PRIMARY KEY (actor_id, key),
        CONSTRAINT ck_idempotent_answers_key CHECK (length(key) BETWEEN 1 AND 255),
        CONSTRAINT ck_idempotent_answers_fingerprint CHECK (length(fingerprint) = 32)
      )`);
    await runner.query(`CREATE INDEX ix_idempotent_answers_expiry ON api.idempotent_answers (expires_at)`);
    await runner.query(`GRANT SELECT, INSERT, DELETE ON api.idempotent_answers TO veritrail_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE api.idempotent_answers`);
  }
}
