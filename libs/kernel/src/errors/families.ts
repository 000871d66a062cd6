import { AppError, type ErrorOptions } from './app-error.js';

export class BadRequestError extends AppError {
  static override readonly code: string = 'BAD_REQUEST';
  static override readonly status: number = 400;
  static override readonly title: string = 'Bad request';
  static override readonly about: string =
    'The request cannot be read: malformed JSON, a broken multipart body, invalid UTF-8, duplicate keys or nesting that is too deep. Send it again, corrected.';

  constructor(detail = 'The request cannot be read', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class UnauthorizedError extends AppError {
  static override readonly code: string = 'UNAUTHENTICATED';
  static override readonly status: number = 401;
  static override readonly title: string = 'Authentication required';
  static override readonly about: string =
    'The access token is missing, malformed, expired or no longer valid. Sign in or refresh, then send the request again.';

  constructor(detail = 'A valid access token is required', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class ForbiddenError extends AppError {
  static override readonly code: string = 'FORBIDDEN';
  static override readonly status: number = 403;
  static override readonly title: string = 'Not allowed';
  static override readonly about: string =
    'You are signed in, but none of your roles allows this. Asking again changes nothing until your roles do.';

  constructor(detail = 'Your roles do not allow this', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class NotFoundError extends AppError {
  static override readonly code: string = 'NOT_FOUND';
  static override readonly status: number = 404;
  static override readonly title: string = 'Not found';
  static override readonly about: string =
    'There is nothing at this address, or nothing that you may know about.';

  constructor(detail = 'There is nothing here', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class MethodNotAllowedError extends AppError {
  static override readonly code: string = 'METHOD_NOT_ALLOWED';
  static override readonly status: number = 405;
  static override readonly title: string = 'Method not allowed';
  static override readonly about: string =
    'The address exists, but not with this method. The Allow header names the methods that do.';

  constructor(detail = 'This method is not allowed here', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class RequestTimeoutError extends AppError {
  static override readonly code: string = 'REQUEST_TIMEOUT';
  static override readonly status: number = 408;
  static override readonly title: string = 'Request timeout';
  static override readonly about: string =
    'The request did not arrive in time. Send it again over a better connection.';

  constructor(detail = 'The request did not arrive in time', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class ConflictError extends AppError {
  static override readonly code: string = 'CONFLICT';
  static override readonly status: number = 409;
  static override readonly title: string = 'Conflict';
  static override readonly about: string =
    'The request contradicts the present state. Read it again and decide anew.';

  constructor(detail = 'The request contradicts the present state', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class PreconditionFailedError extends AppError {
  static override readonly code: string = 'PRECONDITION_FAILED';
  static override readonly status: number = 412;
  static override readonly title: string = 'Precondition failed';
  static override readonly about: string =
    'Somebody changed this since you read it: the If-Match header names another revision than the present one. Read it again, then repeat the change with the new ETag.';

  constructor(detail = 'The If-Match header does not name the present revision', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class PayloadTooLargeError extends AppError {
  static override readonly code: string = 'PAYLOAD_TOO_LARGE';
  static override readonly status: number = 413;
  static override readonly title: string = 'Payload too large';
  static override readonly about: string =
    'The body is larger than this server accepts. The limit is in the detail.';

  constructor(detail = 'The body is too large', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class UriTooLongError extends AppError {
  static override readonly code: string = 'URI_TOO_LONG';
  static override readonly status: number = 414;
  static override readonly title: string = 'URI too long';
  static override readonly about: string = 'A part of the address is longer than anything that exists here.';

  constructor(detail = 'The address is too long', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class UnsupportedMediaTypeError extends AppError {
  static override readonly code: string = 'UNSUPPORTED_MEDIA_TYPE';
  static override readonly status: number = 415;
  static override readonly title: string = 'Unsupported media type';
  static override readonly about: string =
    'The Content-Type or Content-Encoding of the body is not one that this address takes.';

  constructor(detail = 'The content type of the body is not supported here', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class ValidationError extends AppError {
  static override readonly code: string = 'VALIDATION_FAILED';
  static override readonly status: number = 422;
  static override readonly title: string = 'Validation failed';
  static override readonly about: string =
    'The request could be read but does not say something acceptable. Each member of errors names one place and what is wrong there.';

  constructor(detail = 'The request is not acceptable', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class PreconditionRequiredError extends AppError {
  static override readonly code: string = 'PRECONDITION_REQUIRED';
  static override readonly status: number = 428;
  static override readonly title: string = 'Precondition required';
  static override readonly about: string =
    'This change must say which revision it is based on: send the ETag you read in the If-Match header (RFC 6585, section 3).';

  constructor(detail = 'An If-Match header is required', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class TooManyRequestsError extends AppError {
  static override readonly code: string = 'RATE_LIMITED';
  static override readonly status: number = 429;
  static override readonly title: string = 'Too many requests';
  static override readonly about: string =
    'You sent more requests than the limit allows. Retry-After says in how many seconds the next one is welcome.';

  constructor(detail = 'Too many requests', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class HeadersTooLargeError extends AppError {
  static override readonly code: string = 'HEADERS_TOO_LARGE';
  static override readonly status: number = 431;
  static override readonly title: string = 'Header fields too large';
  static override readonly about: string = 'The header section is larger than this server accepts.';

  constructor(detail = 'The header fields are too large', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class InternalError extends AppError {
  static override readonly code: string = 'INTERNAL_ERROR';
  static override readonly status: number = 500;
  static override readonly title: string = 'Internal error';
  static override readonly about: string =
    'Something failed that is not your fault. The requestId finds it in the log of the operator.';

  constructor(detail = 'An internal error occurred', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class UnavailableError extends AppError {
  static override readonly code: string = 'UNAVAILABLE';
  static override readonly status: number = 503;
  static override readonly title: string = 'Temporarily unavailable';
  static override readonly about: string =
    'A part that this request needs is not available now. Nothing was changed, or the answer was lost: with an Idempotency-Key a retry is safe. Retry-After says when.';

  constructor(detail = 'Temporarily unavailable', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class InsufficientStorageError extends AppError {
  static override readonly code: string = 'INSUFFICIENT_STORAGE';
  static override readonly status: number = 507;
  static override readonly title: string = 'Insufficient storage';
  static override readonly about: string = 'The server has no room left for this upload. Nothing was stored.';

  constructor(detail = 'There is no room left for this upload', options?: ErrorOptions) {
    super(detail, options);
  }
}
