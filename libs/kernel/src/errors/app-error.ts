import { type AuditAction } from '../audit/audit-names.js';
import { type JsonObject } from '../json.js';

/** One thing wrong with the input: where (RFC 6901 pointer within `in`) and what, in words for the client. */
export interface FieldError {
  readonly in: 'body' | 'query' | 'path' | 'header';
  readonly pointer: string;
  readonly detail: string;
}

/** What a client may be told besides the sentence. */
export interface ErrorOptions {
  readonly errors?: readonly FieldError[];
  /** Seconds after which a retry makes sense; becomes `Retry-After` (RFC 9110, section 10.2.3). */
  readonly retryAfter?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem object (RFC 9457, section 3.2). */
  readonly extensions?: JsonObject;
  /** For the log only; never sent. */
  readonly cause?: unknown;
}

/** What the class of an error fixes, so that no instance can forget it; the catalogue of problems is made of these. */
export interface ErrorClass {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** A paragraph for the documentation that `type` resolves to: when it happens and what to do. */
  readonly about: string;
  /** The audit action that such a refusal is recorded as, when that is not the action of the operation. */
  readonly auditedAs?: AuditAction;
  /** Whether its answers carry `Retry-After`, where the status alone does not say so. */
  readonly saysWhenToRetry?: boolean;
}

/**
 * A failure that the client is told about: the message is public, the cause is not. Everything else that is thrown
 * becomes a 500 without a word about why.
 */
export abstract class AppError extends Error {
  static readonly code: string;
  static readonly status: number;
  static readonly title: string;
  static readonly about: string;
  static readonly auditedAs?: AuditAction;

  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly auditedAs: AuditAction | null;
  readonly options: ErrorOptions;

  constructor(detail: string, options: ErrorOptions = {}) {
    super(detail, { cause: options.cause });
    const kind = new.target as unknown as ErrorClass;
    this.name = new.target.name;
    this.code = kind.code;
    this.status = kind.status;
    this.title = kind.title;
    this.auditedAs = kind.auditedAs ?? null;
    this.options = options;
  }
}
