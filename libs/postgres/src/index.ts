export { ChangeQueue } from './change-queue.js';
export { ConnectionLostError } from './connection-lost.error.js';
export { poolOf } from './connection-pool.js';
export {
  lacksTable,
  translateDatabaseError,
  violatedConstraint,
  violatesNotNull,
} from './database-errors.js';
export { DatabaseProbe } from './database-probe.js';
export { databaseOptions } from './database.options.js';
export { type Aliased, EntityTable, type Sql } from './entity-table.js';
export { currentExecution } from './execution.js';
export { containing } from './like-pattern.js';
export { PostgresModule } from './postgres.module.js';
export { QueueChangesInterceptor } from './queue-changes.interceptor.js';
export { StatementNames } from './statement-names.js';
export { SharedConnection } from './shared-connection.js';
export { RolledBackError } from './transaction.js';
export { UnitOfWork } from './unit-of-work.js';
