import { AUDIT } from '#libs/audit';
import { AUTH } from '#libs/auth';
import { composeProduct } from '#libs/declarations';
import { DOCUMENTS } from '#libs/documents';
import { IDEMPOTENCY } from '#libs/idempotency';
import { PROBLEMS } from '#libs/problems';
import { STORAGE } from '#libs/storage';
import { USERS } from '#libs/users';

/**
 * The modules of the product, in the order of the chapters of its OpenAPI document. Every program takes from here what it
 * imports and what the modules declare.
 */
export const PRODUCT = composeProduct([
  AUTH,
  DOCUMENTS,
  AUDIT,
  USERS,
  IDEMPOTENCY,
  STORAGE,
  // What no module owns.
  PROBLEMS,
]);
