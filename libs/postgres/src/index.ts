export { translateDatabaseError, violatedConstraint, violatesNotNull } from './database-errors.js';
export { DatabaseProbe } from './database-probe.js';
export { databaseOptions } from './database.options.js';
export { currentExecution } from './execution.js';
export { OutdatedReadError } from './outdated-read.error.js';
export { PostgresModule } from './postgres.module.js';
export { StatementNames } from './statement-names.js';
export { RolledBackError } from './transaction.js';
export { UnitOfWork } from './unit-of-work.js';
