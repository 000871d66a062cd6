import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { databaseOptions, UnitOfWork } from '#libs/postgres';
import { withClient } from './catalogue.js';
import { edgeConfiguration } from './edge.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';

/** The outcome of a unit of work: its error, and the callbacks that ran. */
export interface Outcome {
  readonly error: unknown;
  readonly events: string[];
}

/** A unit of work connected as in the product, with a pool of two that is easily exhausted. */
export class OpenUnitOfWork {
  private constructor(
    readonly database: TestDatabase,
    readonly source: DataSource,
    readonly uow: UnitOfWork,
  ) {}

  /** `prepare` changes the database before the application connects. */
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

  /** Whether a test's row exists: a spent limit, which the application may write and delete. */
  kept = async (key: string): Promise<boolean> =>
    (await this.source.query<unknown[]>('SELECT 1 FROM auth.rate_limits WHERE key = $1', [key])).length === 1;

  /** Runs a unit and returns its outcome. */
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

  /** Terminates a session, as a database administrator can. */
  terminate = (pid: number): Promise<unknown> =>
    withClient(this.database.adminUrl, (admin) => admin.query('SELECT pg_terminate_backend($1)', [pid]));

  async close(): Promise<void> {
    await this.source.destroy();
    await this.database.drop();
  }
}
