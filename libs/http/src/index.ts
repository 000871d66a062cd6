export { AcceptsGzip } from './accept-encoding.js';
export { ACCESS, type Access, CurrentActor, Public, RequirePermission } from './access.decorators.js';
export { AuthorityCheck } from './authority-check.js';
export { readAddress, trustedProxies } from './client-address.js';
export { clientNetwork } from './client-network.js';
export { entityTag, IfMatch, namesTag, RevisionPrecondition, type Tagged, textTag } from './entity-tag.js';
export {
  BooleanField,
  EmailField,
  EnumField,
  EnumSetField,
  InstantField,
  IntegerField,
  SecretField,
  Sha256Field,
  TextField,
  TokenField,
  UuidField,
} from './fields.js';
export { Id } from './id-parameter.js';
export { IdParams } from './id.params.js';
export { IdempotencyInProgressError, IdempotencyKeyReusedError } from './idempotency-errors.js';
export { interceptorsOf, OperationAudit, OperationIdempotency } from './operation-interceptors.js';
export { OPERATION, type OperationMetadata, SMALL_BODY_BYTES, type Success } from './operation-metadata.js';
export { Operation } from './operation.js';
export { PageQuery } from './page.query.js';
export { PageView } from './page.view.js';
export { problemType } from './problem-responses.js';
export { SERVICE_TAG } from './service-tag.js';
export { attachScope, type RequestScope, scopeOfRequest } from './request-scope.js';
export { parseJson } from './strict-json.js';
export { CLEAN_TEXT, isAtMost, isCleanText, isInstant, lengthOf, tidyText } from './text-rules.js';
