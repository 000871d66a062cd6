import { type ModuleDeclaration } from '#libs/declarations';
import { SERVICE_TAG } from '#libs/http';
import * as kernel from '#libs/kernel';
import { ExpectationFailedError } from './expectation-failed.error.js';
import { NotReadyError } from './not-ready.error.js';

/** The problems that no module owns: any route, or the server itself, can answer with them. */
export const PROBLEMS: ModuleDeclaration = {
  name: 'problems',
  tags: [
    {
      name: SERVICE_TAG,
      description:
        'Health checks, metrics, the keys that verify access tokens, and the documentation of problems.',
    },
  ],
  problems: [
    kernel.BadRequestError,
    kernel.ConflictError,
    kernel.ForbiddenError,
    kernel.HeadersTooLargeError,
    kernel.InsufficientStorageError,
    kernel.InternalError,
    kernel.MethodNotAllowedError,
    kernel.NotFoundError,
    kernel.PayloadTooLargeError,
    kernel.PreconditionFailedError,
    kernel.PreconditionRequiredError,
    kernel.RequestTimeoutError,
    kernel.TooManyRequestsError,
    kernel.UnauthorizedError,
    kernel.UnavailableError,
    kernel.UnsupportedMediaTypeError,
    kernel.UriTooLongError,
    kernel.ValidationError,
    ExpectationFailedError,
    NotReadyError,
  ],
};
