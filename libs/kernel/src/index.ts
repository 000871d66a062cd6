export { Actor, ACTOR_TYPES, type ActorType } from './access/actor.js';
export { type Permission, PERMISSIONS, type Scope } from './access/permissions.js';
export { type Role, ROLE_GRANTS, ROLES } from './access/roles.js';
export {
  AUDIT_TARGET_TYPES,
  type AuditDraft,
  type AuditTarget,
  type AuditTargetType,
  emptyDraft,
} from './audit/audit-draft.js';
export { AuditTrail } from './audit/audit-trail.js';
export { AuditedExecution } from './audit/audited-execution.js';
export { AppError, type ErrorClass, type ErrorOptions, type FieldError } from './errors/app-error.js';
export {
  BadRequestError,
  ConflictError,
  ForbiddenError,
  HeadersTooLargeError,
  InsufficientStorageError,
  InternalError,
  MethodNotAllowedError,
  NotFoundError,
  PayloadTooLargeError,
  PreconditionFailedError,
  PreconditionRequiredError,
  RequestTimeoutError,
  TooManyRequestsError,
  UnauthorizedError,
  UnavailableError,
  UnsupportedMediaTypeError,
  UriTooLongError,
  ValidationError,
} from './errors/http-errors.js';
export { StartRefusedError } from './errors/start-refused.error.js';
export { syncDirectory } from './files/sync-directory.js';
export { isUuid, newId } from './identifier.js';
export { type JsonObject, type JsonValue } from './json.js';
export { decodeCursor, type Keyset, type Page, toPage } from './page.js';
export { Clock } from './time/clock.js';
export { withTimeout } from './time/timeout.js';
