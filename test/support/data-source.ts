import { DataSource, type DataSourceOptions } from 'typeorm';
import { UnitOfWork } from '#libs/postgres';
import { createTestDatabase, type TestDatabase } from './postgres.js';

/** A database of the test's own with the application's connection to it, and a unit of work on that. */
export interface TestPersistence {
  readonly database: TestDatabase;
  readonly source: DataSource;
  readonly uow: UnitOfWork;
  close(): Promise<void>;
}

/** Connects as the application does: under its login and the role that cannot touch what is append-only. */
export async function openTestPersistence(
  entities: NonNullable<DataSourceOptions['entities']> = [],
): Promise<TestPersistence> {
  const database = await createTestDatabase();
  const source = new DataSource({
    type: 'postgres',
    url: database.url,
    entities,
    extra: { max: 20, pipeline: true, options: '-c role=veritrail_app' },
  });
  await source.initialize();
  return {
    database,
    source,
    uow: new UnitOfWork(source),
    close: async () => {
      await source.destroy();
      await database.drop();
    },
  };
}
