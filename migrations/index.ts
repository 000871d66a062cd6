export { migrations } from './migrations.js';
export { pendingMigrations, runMigrations, withMigrationSource } from './runner.js';
