import { type Actor, type AuditDraft } from '#libs/kernel';
import { type OperationMetadata } from './operation-metadata.js';

/** What one request knows of itself, from its first byte to the problem filter. Made before routing. */
export interface RequestScope {
  readonly requestId: string;
  /** The address of the client: the socket's, or what a trusted proxy says. */
  readonly ip: string;
  readonly userAgent: string | null;
  actor: Actor;
  /** What the route declared; absent until routed, and for unknown routes. */
  operation: OperationMetadata | null;
  readonly draft: AuditDraft;
  /** What a streamed body said, as hexadecimal SHA-256; set by whoever consumed it, for the Idempotency-Key's fingerprint. */
  bodyDigest: string | null;
}

const SCOPE = Symbol('request scope');
type Carrier = { [SCOPE]?: RequestScope };

export function attachScope(request: object, scope: RequestScope): void {
  (request as Carrier)[SCOPE] = scope;
}

/** The scope that the first hook attached; a request without one never came through the server. */
export function scopeOfRequest(request: object): RequestScope {
  const scope = (request as Carrier)[SCOPE];
  if (!scope) throw new Error('The request has no scope: the server was not configured');
  return scope;
}
