import { type AuditAction } from '../audit/audit-names.js';
import { type JsonObject } from '../json.js';

/** One invalid value: its place (RFC 6901 pointer within `in`) and a description for the client. */
export interface FieldError {
  readonly in: 'body' | 'query' | 'path' | 'header';
  readonly pointer: string;
  readonly detail: string;
}

/** The public parts of an error besides its message. */
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

/** The static members of an error class, from which the problem catalogue is made. */
export interface ErrorClass {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** A paragraph for the page that `type` links to: when the problem occurs and what to do. */
  readonly about: string;
  /** The audit action of such a refusal, if it differs from that of the operation. */
  readonly auditedAs?: AuditAction;
  /** Whether its responses have `Retry-After` although the status alone does not require it. */
  readonly saysWhenToRetry?: boolean;
}

/** An error with a public message; its cause is only logged. Any other thrown value becomes a 500 without details. */
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
