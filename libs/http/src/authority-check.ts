/**
 * Checks a second time that the caller of a request may make it, for bodies that take long to arrive: the session may have
 * ended or the roles changed since the guards ran. The auth module provides it.
 */
export abstract class AuthorityCheck {
  /** Throws `UnauthorizedError` or `ForbiddenError`, and updates the actor of the request. */
  abstract confirm(request: object): Promise<void>;
}
