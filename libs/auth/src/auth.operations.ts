import { type OperationMetadata, SMALL_BODY_BYTES } from '#libs/http';
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
import { PadResponseTimeInterceptor } from './registration/pad-response-time.interceptor.js';

const TOKENS = {
  status: 200,
  description: 'A new access token and a new refresh token.',
  type: TokenPairView,
  example: TOKEN_PAIR_EXAMPLE,
} as const;

export const LOGIN: OperationMetadata = {
  id: 'login',
  summary: 'Sign in with e-mail address and password',
  description:
    'Starts a session. The response is the same for an unknown address, a wrong password and a suspended account, so that it does not reveal which accounts exist.',
  access: 'public',
  maxBodyBytes: SMALL_BODY_BYTES,
  audited: 'session.created',
  success: TOKENS,
  problems: [InvalidCredentialsError, LoginThrottledError],
};

export const REFRESH: OperationMetadata = {
  id: 'refreshTokens',
  summary: 'Exchange a refresh token for new tokens',
  description:
    'A refresh token works once. If the response was lost or two tabs refresh at the same time, the same request returns the same refresh token again for 10 seconds, until that token is used. Any other second use revokes the session, because it shows that two parties have the token.',
  access: 'public',
  maxBodyBytes: SMALL_BODY_BYTES,
  audited: 'session.refreshed',
  success: TOKENS,
  problems: [InvalidRefreshTokenError],
};

export const LOGOUT: OperationMetadata = {
  id: 'logout',
  summary: 'Sign out',
  description:
    'Ends the session of the access token. Its access token and its refresh token stop working immediately.',
  access: 'account:self',
  audited: 'session.ended',
  body: 'none',
  success: { status: 204, description: 'The session has ended.' },
};

export const ME: OperationMetadata = {
  id: 'getMe',
  summary: 'Read the account and the permissions of the caller',
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
  summary: 'Create an account for yourself',
  description:
    'Works only if the operator has enabled self-registration; otherwise 404. The response does not reveal whether the address already had an account. If it had one, nothing changes and the account keeps its password.',
  access: 'public',
  maxBodyBytes: SMALL_BODY_BYTES,
  audited: 'user.registered',
  around: [PadResponseTimeInterceptor],
  success: {
    status: 202,
    description: 'The request was accepted. If the address was new, the account exists now.',
    type: RegistrationView,
    example: REGISTRATION_ACCEPTED,
  },
  problems: [NotFoundError, WeakPasswordError, LoginThrottledError],
};

export const ACCEPT_INVITATION: OperationMetadata = {
  id: 'acceptInvitation',
  summary: 'Set a password with an invitation',
  description: 'The token works once. All existing sessions of the user are revoked.',
  access: 'public',
  maxBodyBytes: SMALL_BODY_BYTES,
  audited: 'user.invitation_accepted',
  success: { status: 204, description: 'The password is set. Sign in with it.' },
  problems: [InvalidInvitationError, WeakPasswordError, LoginThrottledError],
};

export const CHANGE_PASSWORD: OperationMetadata = {
  id: 'changePassword',
  summary: 'Change your password',
  description: 'Revokes your other sessions. The session of this request stays valid.',
  access: 'account:self',
  maxBodyBytes: SMALL_BODY_BYTES,
  audited: 'user.password_changed',
  success: { status: 204, description: 'The password is changed.' },
  problems: [WrongPasswordError, WeakPasswordError, LoginThrottledError],
};
