import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** In the order in which they refer to each other, which is also the order in which transactions write them. */
const TABLES = ['versions', 'decisions', 'history'] as const;

/**
 * What was uploaded, decided and done stays as it was: the grants stop the application from changing it, and these triggers
 * also stop the owner of the tables from doing it by mistake. Erasure, when it comes, will let exactly the personal columns
 * be emptied, and say so in a migration of its own.
 */
export class DocumentsAppendOnly1763600000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION documents.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '%.% is append-only: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
          USING ERRCODE = 'insufficient_privilege';
      END $$`);
    for (const table of TABLES) {
      await runner.query(`
        CREATE TRIGGER tr_${table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON documents.${table}
        FOR EACH STATEMENT EXECUTE FUNCTION documents.refuse_change()`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES)
      await runner.query(`DROP TRIGGER tr_${table}_append_only ON documents.${table}`);
    await runner.query(`DROP FUNCTION documents.refuse_change()`);
  }
}
