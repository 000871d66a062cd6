import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The group role of every application login, and one schema per module. */
export class RolesAndSchemas1763600000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Roles belong to the cluster, not to the database: another database may have made it a moment ago.
    await runner.query(`
      DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'veritrail_app') THEN
          CREATE ROLE veritrail_app NOLOGIN;
        END IF;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END $$`);
    await runner.query(`
      DO $$ BEGIN
        IF NOT pg_has_role(current_user, 'veritrail_app', 'MEMBER') THEN
          EXECUTE format('GRANT veritrail_app TO %I', current_user);
        END IF;
      END $$`);
    for (const schema of ['users', 'auth', 'documents', 'audit', 'api']) {
      await runner.query(`CREATE SCHEMA ${schema}`);
      await runner.query(`GRANT USAGE ON SCHEMA ${schema} TO veritrail_app`);
    }
    // Readiness compares what is applied with what the release has.
    await runner.query(`GRANT SELECT ON public.migrations TO veritrail_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`REVOKE SELECT ON public.migrations FROM veritrail_app`);
    for (const schema of ['api', 'audit', 'documents', 'auth', 'users']) {
      await runner.query(`DROP SCHEMA ${schema}`);
    }
    // The role stays: other databases of the cluster may use it, and it owns nothing.
  }
}
