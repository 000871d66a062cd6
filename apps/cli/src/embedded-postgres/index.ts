export {
  EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  type PostgresConnection,
} from './embedded-postgres.js';
export { EmbeddedPostgresError, type EmbeddedPostgresErrorCode } from './embedded-postgres.error.js';
export { APPLICATION_GROUP, APPLICATION_ROLE, DATABASE, OWNER_ROLE, WORKER_ROLES } from './bootstrap.js';
