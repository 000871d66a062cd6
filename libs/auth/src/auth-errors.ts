import { ForbiddenError, TooManyRequestsError, UnauthorizedError } from '#libs/kernel';
import { CHALLENGE } from './tokens/bearer.js';

export class InvalidCredentialsError extends UnauthorizedError {
  static override readonly code = 'INVALID_CREDENTIALS';
  static override readonly title = 'Sign-in failed';
  static override readonly about =
    'E-mail address and password do not belong to an active account. Which of them is wrong is not said, nor whether there is an account.';
  static override readonly auditedAs = 'session.login_failed';

  constructor() {
    super('E-mail address or password is wrong', { headers: CHALLENGE });
  }
}

export class InvalidRefreshTokenError extends UnauthorizedError {
  static override readonly code = 'INVALID_REFRESH_TOKEN';
  static override readonly title = 'The refresh token does not work';
  static override readonly about =
    'The refresh token is unknown, expired or was used before, or its session ended. Each works once: a second use ends the session, so never send one twice, not even at the same time. Sign in again.';

  constructor() {
    super('The refresh token does not work, or not any more', { headers: CHALLENGE });
  }
}

export class LoginThrottledError extends TooManyRequestsError {
  static override readonly code = 'LOGIN_THROTTLED';
  static override readonly title = 'Too many attempts to sign in';
  static override readonly about =
    'Too many attempts came from your address. The wait grows with every failure for the same account, up to a minute; other addresses are not affected. Retry-After says when the next attempt is looked at.';
  static override readonly auditedAs = 'session.login_failed';
}

export class WrongPasswordError extends ForbiddenError {
  static override readonly code = 'WRONG_PASSWORD';
  static override readonly title = 'The current password is wrong';
  static override readonly about =
    'To change the password, the current one must be given too: a stolen session alone must not be enough.';

  constructor() {
    super('The current password is wrong');
  }
}

export class InvalidInvitationError extends ForbiddenError {
  static override readonly code = 'INVALID_INVITATION';
  static override readonly title = 'The invitation does not work';
  static override readonly about =
    'The invitation is unknown, expired, was used before or was replaced by a later one. Ask a user manager for a new one.';

  constructor() {
    super('The invitation does not work, or not any more');
  }
}
