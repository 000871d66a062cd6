import { type Type } from '@nestjs/common';
import { type ErrorClass, type Permission } from '#libs/kernel';

/** What a route answers when all is well. */
export interface Success {
  readonly status: 200 | 201 | 202 | 204 | 206;
  readonly description: string;
  /** The class of the JSON body; absent for 204 and for other media types, which name `content`. */
  readonly type?: Type | [Type];
  readonly content?: Readonly<Record<string, { schema: Record<string, unknown>; example?: unknown }>>;
  readonly example?: unknown;
  /** The address of what was created, from the body: becomes `Location`. Required for 201. */
  readonly location?: (body: never) => string;
  /** Response headers besides those that every answer has, with their description. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `Cache-Control` of what may be kept; without it no answer is. What depends on who asks is at most `private, no-cache`. */
  readonly caching?: string;
  /** Its ETag is a digest of the body: for what has no `revision`, and is asked for again and again. */
  readonly tagged?: boolean;
}

/** Everything that a route promises, said once: access, audit, idempotency, preconditions and documentation. */
export interface OperationMetadata {
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: 'public' | Permission;
  /**
   * The audit action, `noun.past_tense`. Required on every route that changes something or reads content; the server
   * does not start without it. `null` says on purpose that nothing is recorded (and why, beside it, in a comment).
   */
  readonly audited?: string | null;
  /** Takes an `Idempotency-Key`: the stored answer commits with the effect. */
  readonly idempotent?: boolean;
  /** Makes a decision, whose receipt `Prefer: wait=N` (RFC 7240) waits for. */
  readonly decides?: boolean;
  readonly ifMatch?: 'required' | 'optional';
  readonly success: Success | readonly Success[];
  /** Problems of this route besides those that its access, method and body make possible. */
  readonly problems?: readonly ErrorClass[];
  /** What it takes besides JSON: `json` (default for bodies), `multipart`, or nothing. */
  readonly body?: 'json' | 'multipart' | 'none';
  /**
   * Answers at multiples of a fixed time only, because its time would tell what its answer does not say. What it refuses
   * (4xx) it must refuse before it looks.
   */
  readonly padResponseTime?: boolean;
  /** A body that works when it is sent as it is; made of the examples of the fields when absent. */
  readonly requestExample?: unknown;
}

export const OPERATION = 'veritrail:operation';
