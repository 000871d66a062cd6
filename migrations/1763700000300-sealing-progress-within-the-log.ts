import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Progress beyond the last sealed leaf would let the sequencer skip entries: it continues from the row with the largest
 * size. The sequencer writes its leaves first, so rows of every release pass.
 */
export class SealingProgressWithinTheLog1763700000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION audit.refuse_progress_beyond_log() RETURNS trigger LANGUAGE plpgsql
      SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        IF NEW.tree_size > coalesce(
            (SELECT s.leaf_index + 1 FROM audit.sealed_leaves s ORDER BY s.leaf_index DESC LIMIT 1), 0) THEN
          RAISE EXCEPTION 'the log has fewer than % leaves', NEW.tree_size USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER tr_sealing_progress_within_log BEFORE INSERT ON audit.sealing_progress
      FOR EACH ROW EXECUTE FUNCTION audit.refuse_progress_beyond_log()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER tr_sealing_progress_within_log ON audit.sealing_progress`);
    await runner.query(`DROP FUNCTION audit.refuse_progress_beyond_log()`);
  }
}
