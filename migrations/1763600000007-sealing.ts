import { type MigrationInterface, type QueryRunner } from 'typeorm';

const APPEND_ONLY = ['personal_values', 'sealed_leaves', 'tiles', 'checkpoints', 'sealing_progress'];

/**
 * The log as a Merkle tree: the bytes that are hashed, their places, full tiles, signed checkpoints. The previous release
 * goes on inserting entries without a leaf; they are adopted when they are sealed.
 */
export class Sealing1763600000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The default is the same for the whole statement, so that no row is rewritten: existing entries have this
    // transaction's number.
    await runner.query(`
      ALTER TABLE audit.entries
        ADD COLUMN leaf bytea NULL,
        ADD COLUMN xid  xid8  NOT NULL DEFAULT pg_current_xact_id(),
        ADD CONSTRAINT ck_entries_leaf CHECK (leaf IS NULL OR length(leaf) BETWEEN 2 AND 65535)`);
    // The order in which entries are sealed. Writers wait for it: some seconds for ten million entries.
    await runner.query(`CREATE INDEX ix_entries_sealing ON audit.entries (xid, id)`);
    // What leaves only commit to: this can be destroyed and they remain what they are.
    await runner.query(`
      CREATE TABLE audit.personal_values (
        entry_id uuid  NOT NULL,
        salt     bytea NOT NULL,
        value    bytea NOT NULL,
        CONSTRAINT pk_personal_values PRIMARY KEY (entry_id),
        CONSTRAINT ck_personal_values_salt CHECK (length(salt) = 32),
        CONSTRAINT ck_personal_values_value CHECK (length(value) BETWEEN 2 AND 8192)
      )`);
    // adopted_leaf: made when it was sealed, for an entry that came without one.
    await runner.query(`
      CREATE TABLE audit.sealed_leaves (
        leaf_index   bigint NOT NULL,
        entry_id     uuid   NOT NULL,
        leaf_hash    bytea  NOT NULL,
        adopted_leaf bytea  NULL,
        CONSTRAINT pk_sealed_leaves PRIMARY KEY (leaf_index),
        CONSTRAINT uq_sealed_leaves_entry UNIQUE (entry_id),
        CONSTRAINT ck_sealed_leaves_index CHECK (leaf_index >= 0),
        CONSTRAINT ck_sealed_leaves_hash CHECK (length(leaf_hash) = 32),
        CONSTRAINT ck_sealed_leaves_adopted CHECK (adopted_leaf IS NULL OR length(adopted_leaf) BETWEEN 2 AND 65535)
      )`);
    // Full tiles only (C2SP tlog-tiles): 256 hashes, and the hash of the subtree that they make.
    await runner.query(`
      CREATE TABLE audit.tiles (
        level      smallint NOT NULL,
        tile_index bigint   NOT NULL,
        hashes     bytea    NOT NULL,
        root       bytea    NOT NULL,
        CONSTRAINT pk_tiles PRIMARY KEY (level, tile_index),
        CONSTRAINT ck_tiles_place CHECK (level BETWEEN 0 AND 7 AND tile_index >= 0),
        CONSTRAINT ck_tiles_hashes CHECK (length(hashes) = 8192),
        CONSTRAINT ck_tiles_root CHECK (length(root) = 32)
      )`);
    // Hashes do not compress.
    await runner.query(`ALTER TABLE audit.tiles ALTER COLUMN hashes SET STORAGE EXTERNAL`);
    await runner.query(`
      CREATE TABLE audit.checkpoints (
        tree_size bigint      NOT NULL,
        root_hash bytea       NOT NULL,
        note      text        NOT NULL,
        signed_at timestamptz NOT NULL,
        CONSTRAINT pk_checkpoints PRIMARY KEY (tree_size),
        CONSTRAINT ck_checkpoints_size CHECK (tree_size >= 0),
        CONSTRAINT ck_checkpoints_root CHECK (length(root_hash) = 32)
      )`);
    // How far the log is sealed: all entries that the snapshot sees, and of those that only the next one sees, the ones
    // up to a transaction and an entry. Numbers of transactions mean something in the cluster that gave them only.
    await runner.query(`
      CREATE TABLE audit.sealing_progress (
        tree_size     bigint      NOT NULL,
        cluster       text        NOT NULL,
        seen          pg_snapshot NOT NULL,
        next_seen     pg_snapshot NULL,
        next_up_to    xid8        NULL,
        next_up_to_id uuid        NULL,
        CONSTRAINT pk_sealing_progress PRIMARY KEY (tree_size),
        CONSTRAINT ck_sealing_progress_next CHECK (num_nulls(next_seen, next_up_to, next_up_to_id) IN (0, 3))
      )`);
    await runner.query(`
      CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '%.% is append-only: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
          USING ERRCODE = 'insufficient_privilege';
      END $$`);
    for (const table of APPEND_ONLY) {
      await runner.query(`GRANT SELECT, INSERT ON audit.${table} TO veritrail_app`);
      // Erasure will delete personal values, under the owner's login.
      const refused = table === 'personal_values' ? 'UPDATE OR TRUNCATE' : 'UPDATE OR DELETE OR TRUNCATE';
      await runner.query(`
        CREATE TRIGGER tr_${table}_append_only BEFORE ${refused} ON audit.${table}
        FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...APPEND_ONLY].reverse()) await runner.query(`DROP TABLE audit.${table}`);
    await runner.query(`
      CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'audit.entries is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
      END $$`);
    await runner.query(`ALTER TABLE audit.entries DROP COLUMN xid, DROP COLUMN leaf`);
  }
}
