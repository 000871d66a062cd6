import { IdempotencyInProgressError, type OperationMetadata, type RequestScope } from '#libs/http';
import { AppError, type AuditTarget, isUuid } from '#libs/kernel';
import { type Occurrence } from '../entries/entry.js';
import { hasOperationStarted } from '../recording/audit.interceptor.js';

const DENIED = new Set([401, 403]);
/** Answers of a handler that mean: understood, and not now or not so. */
const FAILED = new Set([409, 412, 423, 429]);

/**
 * What the log says about a failure, or null when it says nothing: input that is wrong (400, 404, 422 …) and defects (5xx)
 * refuse nobody anything. `params` are the path's, to name a target that the guards did not let anybody reach.
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
      // Whoever is told that nobody knows who they are acted as nobody, however far the operation had come.
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
  // The request that holds the key is recorded; its impatient twin is not a second attempt.
  if (error instanceof IdempotencyInProgressError) return null;
  if (action && DENIED.has(error.status)) return { action, outcome: 'denied' };
  if (action && FAILED.has(error.status)) return { action, outcome: 'failed' };
  return DENIED.has(error.status) ? { action: 'access.denied', outcome: 'denied' } : null;
}

function requestedAccess(operation: OperationMetadata | null): Record<string, string> {
  return operation ? { operation: operation.id, permission: operation.access } : {};
}

/** The target that `{id}` names, by the kind of permission that the route asks for. */
function targetOfPath(operation: OperationMetadata | null, params: unknown): AuditTarget | null {
  const id: unknown = (params as { id?: unknown } | null | undefined)?.id;
  if (!operation || typeof id !== 'string' || !isUuid(id)) return null;
  const noun = operation.access.split(':')[0];
  if (noun === 'document' || noun === 'review' || noun === 'verification') return { type: 'document', id };
  if (noun === 'user' || noun === 'session') return { type: 'user', id };
  return noun === 'audit' ? { type: 'audit_log', id } : null;
}
