import { ForbiddenError, TooManyRequestsError, UnauthorizedError } from '#libs/kernel';
import { CHALLENGE } from './tokens/bearer.js';

export class InvalidCredentialsError extends UnauthorizedError {
  static override readonly code = 'INVALID_CREDENTIALS';
  static override readonly title = 'Sign-in failed';
  static override readonly about =
    'The e-mail address and the password do not match an active account. The response is the same for an unknown address, a wrong password and a suspended account, so that it does not reveal which accounts exist. Check the address and the password.';
  static override readonly auditedAs = 'session.login_failed';

  constructor() {
    super('The e-mail address or the password is wrong', { headers: CHALLENGE });
  }
}

export class InvalidRefreshTokenError extends UnauthorizedError {
  static override readonly code = 'INVALID_REFRESH_TOKEN';
  static override readonly title = 'The refresh token is not valid';
  static override readonly about =
    'The refresh token is unknown or expired, was already used, or its session expired or was revoked. Each refresh token works once: a second use revokes the session, even if both requests are sent at the same time. Sign in again.';

  constructor() {
    super('The refresh token is invalid, expired or already used', { headers: CHALLENGE });
  }
}

export class LoginThrottledError extends TooManyRequestsError {
  static override readonly code = 'LOGIN_THROTTLED';
  static override readonly title = 'Too many sign-in attempts';
  static override readonly about =
    'Too many sign-in attempts came from your network address. Each further failure for the same account doubles the wait, up to 60 seconds. Clients at other addresses are not affected. Wait for the number of seconds in Retry-After before the next attempt.';
  static override readonly auditedAs = 'session.login_failed';
}

export class WrongPasswordError extends ForbiddenError {
  static override readonly code = 'WRONG_PASSWORD';
  static override readonly title = 'The current password is wrong';
  static override readonly about =
    'A change of the password requires the current password, so that a stolen access token is not enough to take over the account. Send the correct current password.';

  constructor() {
    super('The current password is wrong');
  }
}

export class InvalidInvitationError extends ForbiddenError {
  static override readonly code = 'INVALID_INVITATION';
  static override readonly title = 'The invitation is not valid';
  static override readonly about =
    'The invitation is unknown or expired, was already used, or was replaced by a newer invitation. Ask a user manager for a new invitation.';

  constructor() {
    super('The invitation is invalid, expired or already used');
  }
}
