import { type ModuleDeclaration } from '#libs/declarations';
import { IdempotencyInProgressError, IdempotencyKeyReusedError } from '#libs/http';
import { IdempotencyModule } from './idempotency.module.js';

/** What the header `Idempotency-Key` adds to the product. */
export const IDEMPOTENCY: ModuleDeclaration = {
  name: 'idempotency',
  module: IdempotencyModule,
  schema: 'api',
  problems: [IdempotencyInProgressError, IdempotencyKeyReusedError],
};
