import { DataSource, type DataSourceOptions } from 'typeorm';
import { UnitOfWork } from '#libs/postgres';
import { createTestDatabase, type TestDatabase } from './postgres.js';

/** A database of the test's own, the application's connection to it and a unit of work. */
export interface TestPersistence {
  readonly database: TestDatabase;
  readonly source: DataSource;
  readonly uow: UnitOfWork;
  close(): Promise<void>;
}

/** Connects as the application does: with its login and the role that cannot change append-only tables. */
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
