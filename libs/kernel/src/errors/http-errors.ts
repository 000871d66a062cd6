import { AppError, type ErrorOptions } from './app-error.js';

export class BadRequestError extends AppError {
  static override readonly code: string = 'BAD_REQUEST';
  static override readonly status: number = 400;
  static override readonly title: string = 'Bad request';
  static override readonly about: string =
    'The server cannot parse the request: it has malformed JSON, a broken multipart body, invalid UTF-8, duplicate keys or nesting that is too deep. Correct the request and send it again.';

  constructor(detail = 'The request cannot be parsed', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class UnauthorizedError extends AppError {
  static override readonly code: string = 'UNAUTHENTICATED';
  static override readonly status: number = 401;
  static override readonly title: string = 'Authentication required';
  static override readonly about: string =
    'The access token is missing, malformed, expired or revoked. Sign in or refresh the tokens, then send the request again.';

  constructor(detail = 'A valid access token is required', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class ForbiddenError extends AppError {
  static override readonly code: string = 'FORBIDDEN';
  static override readonly status: number = 403;
  static override readonly title: string = 'Not allowed';
  static override readonly about: string =
    'You are signed in, but your roles do not allow this request. Repeating it does not help until a user manager changes your roles.';

  constructor(detail = 'Your roles do not allow this', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class NotFoundError extends AppError {
  static override readonly code: string = 'NOT_FOUND';
  static override readonly status: number = 404;
  static override readonly title: string = 'Not found';
  static override readonly about: string =
    'Nothing exists at this address, or you are not allowed to see it. The response is the same in both cases.';

  constructor(detail = 'There is nothing at this address', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class MethodNotAllowedError extends AppError {
  static override readonly code: string = 'METHOD_NOT_ALLOWED';
  static override readonly status: number = 405;
  static override readonly title: string = 'Method not allowed';
  static override readonly about: string =
    'The address exists, but it does not support this method. The Allow header lists the methods that it supports.';

  constructor(detail = 'This address does not support this method', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class RequestTimeoutError extends AppError {
  static override readonly code: string = 'REQUEST_TIMEOUT';
  static override readonly status: number = 408;
  static override readonly title: string = 'Request timeout';
  static override readonly about: string =
    'The server did not receive the whole request in time. Send it again, over a faster connection if possible.';

  constructor(detail = 'The request did not arrive in time', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class ConflictError extends AppError {
  static override readonly code: string = 'CONFLICT';
  static override readonly status: number = 409;
  static override readonly title: string = 'Conflict';
  static override readonly about: string =
    'The request contradicts the current state of the resource. Read the resource again, then decide whether to repeat the request.';

  constructor(detail = 'The request contradicts the current state', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class PreconditionFailedError extends AppError {
  static override readonly code: string = 'PRECONDITION_FAILED';
  static override readonly status: number = 412;
  static override readonly title: string = 'Precondition failed';
  static override readonly about: string =
    'The resource has changed since you read it: the If-Match header does not name its current revision. Read the resource again, then repeat the change with the new ETag.';

  constructor(detail = 'The If-Match header does not name the current revision', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class PayloadTooLargeError extends AppError {
  static override readonly code: string = 'PAYLOAD_TOO_LARGE';
  static override readonly status: number = 413;
  static override readonly title: string = 'Payload too large';
  static override readonly about: string =
    'The body is larger than this server accepts. The member detail states the limit.';

  constructor(detail = 'The body is too large', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class UriTooLongError extends AppError {
  static override readonly code: string = 'URI_TOO_LONG';
  static override readonly status: number = 414;
  static override readonly title: string = 'URI too long';
  static override readonly about: string =
    'A part of the address is longer than any address of this API. Check how the client builds the address.';

  constructor(detail = 'The address is too long', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class UnsupportedMediaTypeError extends AppError {
  static override readonly code: string = 'UNSUPPORTED_MEDIA_TYPE';
  static override readonly status: number = 415;
  static override readonly title: string = 'Unsupported media type';
  static override readonly about: string =
    'This address does not accept the Content-Type or the Content-Encoding of the body. If the response has an Accept or Accept-Encoding header, that header lists what the address accepts.';

  constructor(detail = 'This address does not accept the content type of the body', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class ValidationError extends AppError {
  static override readonly code: string = 'VALIDATION_FAILED';
  static override readonly status: number = 422;
  static override readonly title: string = 'Validation failed';
  static override readonly about: string =
    'The server could parse the request, but at least one value is not valid. Each item of errors names one place in the request and states what is wrong there.';

  constructor(detail = 'The request is not valid', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class PreconditionRequiredError extends AppError {
  static override readonly code: string = 'PRECONDITION_REQUIRED';
  static override readonly status: number = 428;
  static override readonly title: string = 'Precondition required';
  static override readonly about: string =
    'This change or decision requires an If-Match header, so that it cannot overwrite or overlook a change that you have not seen (RFC 6585, section 3). Read the resource, then send its ETag in If-Match.';

  constructor(detail = 'An If-Match header is required', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class TooManyRequestsError extends AppError {
  static override readonly code: string = 'RATE_LIMITED';
  static override readonly status: number = 429;
  static override readonly title: string = 'Too many requests';
  static override readonly about: string =
    'You sent more requests than the limit allows. Wait for the number of seconds in Retry-After before you send the next request.';

  constructor(detail = 'Too many requests', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class HeadersTooLargeError extends AppError {
  static override readonly code: string = 'HEADERS_TOO_LARGE';
  static override readonly status: number = 431;
  static override readonly title: string = 'Header fields too large';
  static override readonly about: string =
    'The header section of the request is larger than this server accepts. Send fewer or shorter header fields.';

  constructor(detail = 'The header fields are too large', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class InternalError extends AppError {
  static override readonly code: string = 'INTERNAL_ERROR';
  static override readonly status: number = 500;
  static override readonly title: string = 'Internal error';
  static override readonly about: string =
    'The server failed; the request is not the cause. If the problem persists, give the requestId to the operator, who can find the failure in the server log.';

  constructor(detail = 'An internal error occurred', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class UnavailableError extends AppError {
  static override readonly code: string = 'UNAVAILABLE';
  static override readonly status: number = 503;
  static override readonly title: string = 'Temporarily unavailable';
  static override readonly about: string =
    'A component that this request needs is not available. Either nothing was changed, or the change was made and only its response was lost. Wait for the number of seconds in Retry-After, then repeat the request; with an Idempotency-Key a retry is safe.';

  constructor(detail = 'Temporarily unavailable', options?: ErrorOptions) {
    super(detail, options);
  }
}

export class InsufficientStorageError extends AppError {
  static override readonly code: string = 'INSUFFICIENT_STORAGE';
  static override readonly status: number = 507;
  static override readonly title: string = 'Insufficient storage';
  static override readonly about: string =
    'The server does not have enough free storage for this upload. Nothing was stored. Try again after the operator has freed storage.';

  constructor(detail = 'There is not enough free storage for this upload', options?: ErrorOptions) {
    super(detail, options);
  }
}
