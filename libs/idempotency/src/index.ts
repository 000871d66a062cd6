export { IDEMPOTENCY } from './idempotency.declaration.js';
export { IdempotencyInterceptor } from './idempotency.interceptor.js';
export { IdempotencyModule } from './idempotency.module.js';
