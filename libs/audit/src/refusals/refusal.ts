import { IdempotencyInProgressError, type OperationMetadata, type RequestScope } from '#libs/http';
import { AppError, type AuditTarget, isUuid } from '#libs/kernel';
import { product } from '#libs/declarations';
import { type Occurrence } from '../entries/entry.js';
import { hasOperationStarted } from '../recording/audit.interceptor.js';

const DENIED = new Set([401, 403]);
/** Statuses of a valid request that the state of the resource, or a limit, does not allow. */
const FAILED = new Set([409, 412, 423, 429]);

/**
 * The occurrence to record for an error; null if it is not a refusal: invalid input (400, 404, 422 …) and defects (5xx) are
 * not recorded. `params` are the path parameters, which name the target of a request that a guard refused.
 */
export function refusalOf(scope: RequestScope, error: unknown, params: unknown): Occurrence | null {
  if (!(error instanceof AppError)) return null;
  const kind = classify(scope, error);
  if (!kind) return null;
  const { draft, operation } = scope;
  const denied = kind.action === 'access.denied';
  return {
    ...kind,
    actor: scope.actor,
    origin: scope,
    draft: {
      ...draft,
      // A request that ends in 401 is recorded without an actor, even if the token was accepted at first.
      actor: error.status === 401 ? null : draft.actor,
      target: draft.target ?? targetOfPath(operation, params),
      reasonCode: error.code,
      details: denied ? { ...draft.details, ...requestedAccess(operation) } : draft.details,
    },
  };
}

function classify(scope: RequestScope, error: AppError): Pick<Occurrence, 'action' | 'outcome'> | null {
  if (error.auditedAs) return { action: error.auditedAs, outcome: 'failed' };
  const action = hasOperationStarted(scope) ? scope.operation?.audited : null;
  // The first request with the idempotency key is recorded; a concurrent repetition is not a second attempt.
  if (error instanceof IdempotencyInProgressError) return null;
  if (action && DENIED.has(error.status)) return { action, outcome: 'denied' };
  if (action && FAILED.has(error.status)) return { action, outcome: 'failed' };
  return DENIED.has(error.status) ? { action: 'access.denied', outcome: 'denied' } : null;
}

function requestedAccess(operation: OperationMetadata | null): Record<string, string> {
  return operation ? { operation: operation.id, permission: operation.access } : {};
}

/** The target that `{id}` names: the permission of the route declares its type. */
function targetOfPath(operation: OperationMetadata | null, params: unknown): AuditTarget | null {
  const id: unknown = (params as { id?: unknown } | null | undefined)?.id;
  if (!operation || typeof id !== 'string' || !isUuid(id)) return null;
  const type = product().permissions.get(operation.access)?.target ?? null;
  return type === null ? null : { type, id };
}
