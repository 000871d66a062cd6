import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * An index for searching by a part of the title. Made while documents are read and written, which takes it out of the
 * transaction; a run that was killed leaves an index that is not used, which the next run removes. A server without
 * pg_trgm searches by reading, as before.
 */
export class TitleSearch1763600000010 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    const available = (await runner.query(
      `SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'`,
    )) as unknown[];
    if (available.length === 0) return;
    await runner.query(`CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public`);
    await runner.query(`DROP INDEX IF EXISTS documents.ix_documents_title`);
    await runner.query(
      `CREATE INDEX CONCURRENTLY ix_documents_title ON documents.documents USING gin (title public.gin_trgm_ops)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX IF EXISTS documents.ix_documents_title`);
    await runner.query(`DROP EXTENSION IF EXISTS pg_trgm`);
  }
}
