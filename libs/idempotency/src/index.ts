export { IDEMPOTENCY } from './idempotency.declaration.js';
export { IdempotencyModule } from './idempotency.module.js';
