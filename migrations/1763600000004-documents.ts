import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Documents, the versions of their bytes, the decisions about versions, and everything that happened to them. */
export class Documents1763600000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE documents.documents (
        id               uuid        NOT NULL,
        owner_id         uuid        NOT NULL,
        title            text        NOT NULL,
        type             text        NOT NULL,
        metadata         jsonb       NOT NULL DEFAULT '{}',
        status           text        NOT NULL,
        current_version  integer     NOT NULL,
        review_round     integer     NOT NULL DEFAULT 1,
        reviewer_id      uuid        NULL,
        claimed_until    timestamptz NULL,
        barred_reviewers uuid[]      NOT NULL DEFAULT '{}',
        valid_until      timestamptz NULL,
        revision         integer     NOT NULL DEFAULT 1,
        created_at       timestamptz NOT NULL,
        updated_at       timestamptz NOT NULL,
        CONSTRAINT pk_documents PRIMARY KEY (id),
        CONSTRAINT ck_documents_status CHECK (status IN ('quarantined', 'pending', 'in_review', 'verified', 'rejected',
          'changes_requested', 'expired', 'revoked', 'withdrawn', 'erased')),
        CONSTRAINT ck_documents_title CHECK (length(title) BETWEEN 1 AND 200),
        CONSTRAINT ck_documents_type CHECK (length(type) BETWEEN 1 AND 64),
        CONSTRAINT ck_documents_metadata CHECK (jsonb_typeof(metadata) = 'object'),
        CONSTRAINT ck_documents_version CHECK (current_version >= 1),
        CONSTRAINT ck_documents_claim CHECK (
          (status = 'in_review') = (reviewer_id IS NOT NULL) AND (reviewer_id IS NULL) = (claimed_until IS NULL))
      )`);
    await runner.query(`CREATE INDEX ix_documents_newest ON documents.documents (created_at DESC, id DESC)`);
    await runner.query(
      `CREATE INDEX ix_documents_owner_newest ON documents.documents (owner_id, created_at DESC, id DESC)`,
    );
    await runner.query(
      `CREATE INDEX ix_documents_status_newest ON documents.documents (status, created_at DESC, id DESC)`,
    );
    await runner.query(
      `CREATE INDEX ix_documents_leases ON documents.documents (claimed_until) WHERE status = 'in_review'`,
    );
    await runner.query(`CREATE INDEX ix_documents_validity ON documents.documents (valid_until)
       WHERE status = 'verified' AND valid_until IS NOT NULL`);
    await runner.query(`
      CREATE TABLE documents.versions (
        document_id uuid        NOT NULL,
        number      integer     NOT NULL,
        sha256      bytea       NOT NULL,
        size        bigint      NOT NULL,
        media_type  text        NOT NULL,
        file_name   text        NOT NULL,
        storage_key uuid        NOT NULL,
        uploaded_by uuid        NOT NULL,
        created_at  timestamptz NOT NULL,
        CONSTRAINT pk_versions PRIMARY KEY (document_id, number),
        CONSTRAINT uq_versions_storage_key UNIQUE (storage_key),
        CONSTRAINT fk_versions_document FOREIGN KEY (document_id) REFERENCES documents.documents (id),
        CONSTRAINT ck_versions_number CHECK (number >= 1),
        CONSTRAINT ck_versions_sha256 CHECK (length(sha256) = 32),
        CONSTRAINT ck_versions_size CHECK (size > 0),
        CONSTRAINT ck_versions_file_name CHECK (length(file_name) BETWEEN 1 AND 255)
      )`);
    await runner.query(`CREATE INDEX ix_versions_sha256 ON documents.versions (sha256)`);
    await runner.query(`
      CREATE TABLE documents.decisions (
        id             uuid        NOT NULL,
        document_id    uuid        NOT NULL,
        review_round   integer     NOT NULL,
        version_number integer     NOT NULL,
        version_sha256 bytea       NOT NULL,
        outcome        text        NOT NULL,
        decided_by     uuid        NOT NULL,
        decided_at     timestamptz NOT NULL,
        reason_code    text        NULL,
        message        text        NULL,
        note           text        NULL,
        CONSTRAINT pk_decisions PRIMARY KEY (id),
        CONSTRAINT uq_decisions_round UNIQUE (document_id, review_round),
        CONSTRAINT fk_decisions_version FOREIGN KEY (document_id, version_number)
          REFERENCES documents.versions (document_id, number),
        CONSTRAINT ck_decisions_outcome CHECK (outcome IN ('verified', 'rejected', 'changes_requested')),
        CONSTRAINT ck_decisions_sha256 CHECK (length(version_sha256) = 32),
        CONSTRAINT ck_decisions_reason CHECK (outcome = 'verified' OR reason_code IS NOT NULL)
      )`);
    await runner.query(`
      CREATE TABLE documents.history (
        document_id    uuid        NOT NULL,
        revision       integer     NOT NULL,
        action         text        NOT NULL,
        from_status    text        NULL,
        to_status      text        NOT NULL,
        version_number integer     NOT NULL,
        actor_id       uuid        NULL,
        occurred_at    timestamptz NOT NULL,
        reason_code    text        NULL,
        message        text        NULL,
        note           text        NULL,
        decision_id    uuid        NULL,
        CONSTRAINT pk_history PRIMARY KEY (document_id, revision),
        CONSTRAINT fk_history_document FOREIGN KEY (document_id) REFERENCES documents.documents (id),
        CONSTRAINT fk_history_decision FOREIGN KEY (decision_id) REFERENCES documents.decisions (id)
      )`);
    // Which store holds the bytes: one row, so that a lost or exchanged folder is noticed.
    await runner.query(`
      CREATE TABLE documents.blob_store (
        only_row boolean     NOT NULL DEFAULT true,
        store_id uuid        NOT NULL,
        bound_at timestamptz NOT NULL,
        CONSTRAINT pk_blob_store PRIMARY KEY (only_row),
        CONSTRAINT ck_blob_store_only_row CHECK (only_row)
      )`);
    await runner.query(
      `GRANT SELECT, INSERT, UPDATE ON documents.documents, documents.blob_store TO veritrail_app`,
    );
    // What was uploaded, decided and done is never edited.
    await runner.query(
      `GRANT SELECT, INSERT ON documents.versions, documents.decisions, documents.history TO veritrail_app`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP TABLE documents.blob_store, documents.history, documents.decisions, documents.versions, documents.documents`,
    );
  }
}
