import { type Actor, type AuditDraft } from '#libs/kernel';
import { type OperationMetadata } from './operation-metadata.js';

/** The state of one request, from its arrival to the problem filter. Created before routing. */
export interface RequestScope {
  readonly requestId: string;
  /** The address of the client: from the socket, or from a trusted proxy. */
  readonly ip: string;
  readonly userAgent: string | null;
  actor: Actor;
  /** The declaration of the route; null before routing and for unknown routes. */
  operation: OperationMetadata | null;
  readonly draft: AuditDraft;
  /**
   * The hexadecimal SHA-256 of a streamed body, for the Idempotency-Key's fingerprint; set by the code that reads the
   * body.
   */
  bodyDigest: string | null;
}

const SCOPE = Symbol('request scope');
type Carrier = { [SCOPE]?: RequestScope };

export function attachScope(request: object, scope: RequestScope): void {
  (request as Carrier)[SCOPE] = scope;
}

/** The scope of the request. Throws if the first hook has not attached one. */
export function scopeOfRequest(request: object): RequestScope {
  const scope = (request as Carrier)[SCOPE];
  if (!scope) throw new Error('The request has no scope: the server was not configured');
  return scope;
}
