import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** How many bytes of an uploaded file follow the end of the document. Earlier releases did not count them. */
export class TrailingBytes1763700000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE documents.versions
        ADD COLUMN trailing_bytes bigint NULL,
        ADD CONSTRAINT ck_versions_trailing_bytes CHECK (trailing_bytes >= 0 AND trailing_bytes < size)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE documents.versions DROP COLUMN trailing_bytes`);
  }
}
