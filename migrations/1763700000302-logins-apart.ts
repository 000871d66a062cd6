import { type MigrationInterface, type QueryRunner } from 'typeorm';

const SEALED = 'audit.sealed_leaves, audit.tiles, audit.checkpoints, audit.sealing_progress, audit.log_keys';
const ROLES = ['veritrail_sequencer', 'veritrail_eraser'];

/**
 * Separates the rights on the log: the application adds entries, the sequencer writes what is sealed, and the eraser destroys
 * personal values. A worker of the release before stops sealing until it is replaced; entries wait and are sealed then.
 */
export class LoginsApart1763700000302 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Roles belong to the cluster: another database may have made them. An owner who may not grant them does not need them.
    await runner.query(`
      DO $$
      DECLARE
        name text;
      BEGIN
        FOREACH name IN ARRAY '{${ROLES.join(',')}}'::text[] LOOP
          BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
              EXECUTE format('CREATE ROLE %I NOLOGIN', name);
            END IF;
          EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
          END;
          BEGIN
            EXECUTE format('GRANT %I TO %I', name, current_user);
          EXCEPTION WHEN insufficient_privilege OR invalid_grant_operation THEN NULL;
          END;
        END LOOP;
      END $$`);
    await runner.query(`GRANT USAGE ON SCHEMA audit TO ${ROLES.join(', ')}`);
    await runner.query(`GRANT SELECT, INSERT ON ${SEALED} TO veritrail_sequencer`);
    await runner.query(`GRANT SELECT ON audit.entries TO veritrail_sequencer`);
    // The values of entries that came without a leaf.
    await runner.query(`GRANT SELECT, INSERT ON audit.personal_values TO veritrail_sequencer`);
    await runner.query(`GRANT SELECT (entry_id), DELETE ON audit.personal_values TO veritrail_eraser`);
    await runner.query(`REVOKE INSERT ON ${SEALED} FROM veritrail_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`GRANT INSERT ON ${SEALED} TO veritrail_app`);
    // SELECT (entry_id) is a privilege of a column.
    await runner.query(`REVOKE SELECT (entry_id) ON audit.personal_values FROM veritrail_eraser`);
    await runner.query(
      `REVOKE ALL ON ${SEALED}, audit.entries, audit.personal_values FROM ${ROLES.join(', ')}`,
    );
    await runner.query(`REVOKE ALL ON SCHEMA audit FROM ${ROLES.join(', ')}`);
    // The roles stay: other databases of the cluster may use them, and they own nothing.
  }
}
