import { type NestInterceptor, type Type } from '@nestjs/common';
import { type AuditAction, type ErrorClass, type Permission } from '#libs/kernel';

/** A successful response of a route. */
export interface Success {
  readonly status: 200 | 201 | 202 | 204 | 206;
  readonly description: string;
  /** The class of the JSON body; absent for 204 and for media types in `content`. */
  readonly type?: Type | [Type];
  readonly content?: Readonly<Record<string, { schema: Record<string, unknown>; example?: unknown }>>;
  readonly example?: unknown;
  /** The address of the created resource, from the body; becomes `Location`. Required for 201. */
  readonly location?: (body: never) => string;
  /** Additional response headers with their description. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * `Cache-Control` of cacheable responses; by default `no-store`. Responses that depend on the client are at most
   * `private, no-cache`.
   */
  readonly caching?: string;
  /** The ETag is a digest of the body: for resources without `revision` that clients poll. */
  readonly tagged?: boolean;
}

/** The contract of a route, declared once: access, audit, idempotency, preconditions and documentation. */
export interface OperationMetadata {
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: 'public' | Permission;
  /**
   * The audit action, `noun.past_tense`. Required on every route that changes something or reads content; the server
   * does not start without it. `null` says on purpose that nothing is recorded (and why, beside it, in a comment).
   */
  readonly audited?: AuditAction | null;
  /** Takes an `Idempotency-Key`: the stored answer commits with the effect. */
  readonly idempotent?: boolean;
  /** Interceptors around the unit of work and its audit entry, outermost first. */
  readonly around?: readonly Type<NestInterceptor>[];
  readonly ifMatch?: 'required' | 'optional';
  readonly success: Success | readonly Success[];
  /** Problems of this route besides those that follow from its access, method and body. */
  readonly problems?: readonly ErrorClass[];
  /** The request body: `json` (default), `multipart` or `none`. */
  readonly body?: 'json' | 'multipart' | 'none';
  /** The maximum size of a JSON body; `MAX_JSON_BYTES` also applies. By default 64 KiB. */
  readonly maxBodyBytes?: number;
  /** A valid example body; by default made from the examples of the fields. */
  readonly requestExample?: unknown;
}

/** For operations that take only names, addresses, passwords and tokens. */
export const SMALL_BODY_BYTES = 8 * 1024;

export const OPERATION = 'veritrail:operation';
