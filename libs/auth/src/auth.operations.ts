import { type OperationMetadata } from '#libs/http';
import { NotFoundError } from '#libs/kernel';
import { WeakPasswordError } from '#libs/users';
import {
  InvalidCredentialsError,
  InvalidInvitationError,
  InvalidRefreshTokenError,
  LoginThrottledError,
  WrongPasswordError,
} from './auth-errors.js';
import { ME_EXAMPLE, MeView } from './dto/me.view.js';
import { REGISTRATION_ACCEPTED, RegistrationView } from './dto/registration.view.js';
import { TOKEN_PAIR_EXAMPLE, TokenPairView } from './dto/token-pair.view.js';

const TOKENS = {
  status: 200,
  description: 'A new pair of tokens.',
  type: TokenPairView,
  example: TOKEN_PAIR_EXAMPLE,
} as const;

export const LOGIN: OperationMetadata = {
  id: 'login',
  summary: 'Sign in with e-mail address and password',
  description:
    'Opens a session. Whether an account exists is not said: unknown address, wrong password and suspended account answer alike.',
  access: 'public',
  audited: 'session.created',
  success: TOKENS,
  problems: [InvalidCredentialsError, LoginThrottledError],
};

export const REFRESH: OperationMetadata = {
  id: 'refreshTokens',
  summary: 'Trade a refresh token for a new pair of tokens',
  description:
    'A refresh token works once. A second use, even at the same time, ends the session: it means that two parties have the token. So let one request at a time refresh, and keep the answer.',
  access: 'public',
  audited: 'session.refreshed',
  success: TOKENS,
  problems: [InvalidRefreshTokenError],
};

export const LOGOUT: OperationMetadata = {
  id: 'logout',
  summary: 'Sign out',
  description: 'Ends the session of the access token; both of its tokens stop working at once.',
  access: 'account:self',
  audited: 'session.ended',
  body: 'none',
  success: { status: 204, description: 'The session has ended.' },
};

export const ME: OperationMetadata = {
  id: 'getMe',
  summary: 'Who am I, and what may I do?',
  access: 'account:self',
  success: {
    status: 200,
    description: 'The account of the access token.',
    type: MeView,
    example: ME_EXAMPLE,
  },
};

export const REGISTER: OperationMetadata = {
  id: 'register',
  summary: 'Make an account for yourself',
  description:
    'Only where the operator allows it, otherwise 404. The answer does not say whether the address had an account already; then nothing has changed, and the password of that account is what it was.',
  access: 'public',
  audited: 'user.registered',
  evenTime: true,
  success: {
    status: 202,
    description: 'If the address was new, the account can be used now.',
    type: RegistrationView,
    example: REGISTRATION_ACCEPTED,
  },
  problems: [NotFoundError, WeakPasswordError, LoginThrottledError],
};

export const ACCEPT_INVITATION: OperationMetadata = {
  id: 'acceptInvitation',
  summary: 'Set a password with an invitation',
  description: 'The token works once. Sessions that an earlier password opened end.',
  access: 'public',
  audited: 'user.invitation_accepted',
  success: { status: 204, description: 'The password is set: sign in with it.' },
  problems: [InvalidInvitationError, WeakPasswordError, LoginThrottledError],
};

export const CHANGE_PASSWORD: OperationMetadata = {
  id: 'changePassword',
  summary: 'Change your password',
  description: 'Ends your other sessions; this one goes on.',
  access: 'account:self',
  audited: 'user.password_changed',
  success: { status: 204, description: 'The new password counts from now on.' },
  problems: [WrongPasswordError, WeakPasswordError, LoginThrottledError],
};
