import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { databaseOptions, UnitOfWork } from '#libs/postgres';
import { withClient } from './catalogue.js';
import { edgeConfiguration } from './edge.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';

/** What became of a unit of work: what it threw, and which callbacks it ran. */
export interface Outcome {
  readonly error: unknown;
  readonly events: string[];
}

/** A unit of work as the product connects it, on a pool of two that is easily exhausted. */
export class OpenUnitOfWork {
  private constructor(
    readonly database: TestDatabase,
    readonly source: DataSource,
    readonly uow: UnitOfWork,
  ) {}

  /** `prepare` is done to the database before anybody connects. */
  static async open(
    prepare: (database: TestDatabase) => Promise<unknown> = async () => undefined,
  ): Promise<OpenUnitOfWork> {
    Logger.overrideLogger(false);
    const database = await createTestDatabase();
    await prepare(database);
    const source = new DataSource(
      databaseOptions(edgeConfiguration(database.url, { DATABASE_POOL_SIZE: '2' }), 'unit-of-work'),
    );
    await source.initialize();
    return new OpenUnitOfWork(database, source, new UnitOfWork(source));
  }

  /** Whether the row is there that a test wrote: a spent limit, which the application may write and take back. */
  kept = async (key: string): Promise<boolean> =>
    (await this.source.query<unknown[]>('SELECT 1 FROM auth.rate_limits WHERE key = $1', [key])).length === 1;

  /** Runs a unit and tells what became of it. */
  outcome = async (work: () => Promise<unknown>, of = this.uow): Promise<Outcome> => {
    const events: string[] = [];
    const error: unknown = await of
      .transact(async () => {
        of.afterCommit(() => void events.push('committed'));
        of.afterRollback(() => void events.push('rolled back'));
        await work();
      })
      .then(
        () => null,
        (thrown: unknown) => thrown,
      );
    return { error, events };
  };

  /** Ends a session as an administrator does. */
  terminate = (pid: number): Promise<unknown> =>
    withClient(this.database.adminUrl, (admin) => admin.query('SELECT pg_terminate_backend($1)', [pid]));

  async close(): Promise<void> {
    await this.source.destroy();
    await this.database.drop();
  }
}
