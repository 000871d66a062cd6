import { DataSource } from 'typeorm';
import { type Configuration } from '#libs/config';
import { databaseOptions } from './database.options.js';
import { StatementNames } from './statement-names.js';
import { UnitOfWork } from './unit-of-work.js';

/** Connections of a process under another login and role than the application's, with a unit of work of their own. */
export class SeparateConnections {
  readonly uow: UnitOfWork;
  private readonly source: DataSource;

  /** Connects in `open`. `applicationName` is shown in `pg_stat_activity`. */
  constructor(
    { database }: Pick<Configuration, 'database'>,
    login: { readonly url: string; readonly role: string; readonly poolSize: number },
    applicationName: string,
  ) {
    this.source = new DataSource(databaseOptions({ database: { ...database, ...login } }, applicationName));
    this.uow = new UnitOfWork(this.source, new StatementNames(database.preparedStatements));
  }

  async open(): Promise<void> {
    await this.source.initialize();
  }

  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }
}
