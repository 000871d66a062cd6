import { type OperationMetadata } from '#libs/http';
import { NotFoundError } from '#libs/kernel';
import { InvitationView } from './dto/invitation.view.js';
import { USER_EXAMPLE, UserPageView, UserView } from './dto/user.view.js';
import {
  EmailTakenError,
  LastRoleHolderError,
  OwnAuthorityError,
  UserAlreadySuspendedError,
  UserNotSuspendedError,
  WeakPasswordError,
} from './user-errors.js';

const USER = { status: 200, description: 'The user.', type: UserView, example: USER_EXAMPLE } as const;

export const LIST_USERS: OperationMetadata = {
  id: 'listUsers',
  summary: 'List users, newest first',
  access: 'user:read',
  success: {
    status: 200,
    description: 'One page of users.',
    type: UserPageView,
    example: { items: [USER_EXAMPLE], nextCursor: null },
  },
};

export const CREATE_USER: OperationMetadata = {
  id: 'createUser',
  summary: 'Create a user',
  access: 'user:create',
  audited: 'user.created',
  idempotent: true,
  success: {
    status: 201,
    description: 'The new user.',
    type: UserView,
    example: USER_EXAMPLE,
    location: (user: UserView) => `/v1/users/${user.id}`,
  },
  problems: [EmailTakenError, WeakPasswordError],
};

export const GET_USER: OperationMetadata = {
  id: 'getUser',
  summary: 'Read a user',
  access: 'user:read',
  success: USER,
  problems: [NotFoundError],
};

export const UPDATE_USER: OperationMetadata = {
  id: 'updateUser',
  summary: 'Change the e-mail address or the display name of a user',
  access: 'user:update',
  audited: 'user.updated',
  ifMatch: 'required',
  success: USER,
  problems: [NotFoundError, EmailTakenError],
};

export const ASSIGN_ROLES: OperationMetadata = {
  id: 'assignRoles',
  summary: 'Assign the roles of a user',
  description:
    'Replaces all roles; they count from the very next request of the user. Nobody can change their own, and the last active admin and the last active user manager keep theirs.',
  access: 'user:assign_roles',
  audited: 'user.roles_changed',
  ifMatch: 'required',
  success: USER,
  problems: [NotFoundError, OwnAuthorityError, LastRoleHolderError],
};

export const SUSPEND_USER: OperationMetadata = {
  id: 'suspendUser',
  summary: 'Suspend a user and end all their sessions',
  access: 'user:suspend',
  audited: 'user.suspended',
  idempotent: true,
  success: {
    ...USER,
    example: { ...USER_EXAMPLE, status: 'suspended', suspensionReason: 'Left the company', revision: 2 },
  },
  problems: [NotFoundError, OwnAuthorityError, LastRoleHolderError, UserAlreadySuspendedError],
};

export const REACTIVATE_USER: OperationMetadata = {
  id: 'reactivateUser',
  summary: 'Reactivate a suspended user',
  description: 'The user has to sign in again: sessions that the suspension ended stay ended.',
  access: 'user:suspend',
  audited: 'user.reactivated',
  idempotent: true,
  success: { ...USER, example: { ...USER_EXAMPLE, revision: 3 } },
  problems: [NotFoundError, OwnAuthorityError, UserNotSuspendedError],
};

export const INVITE_USER: OperationMetadata = {
  id: 'inviteUser',
  summary: 'Make an invitation with which the user sets a password',
  description:
    'Earlier invitations of the user stop working. The token is shown once; whoever has it can set the password, so hand it over on a safe way.',
  access: 'user:invite',
  audited: 'user.invited',
  body: 'none',
  success: {
    status: 201,
    description: 'The invitation.',
    type: InvitationView,
    example: {
      id: '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f11',
      token: 'vti_uDkBq0y8m3Jw1Q0m0V2nC2m2b2l5d3ZyqKc7c5o1n0k',
      expiresAt: '2026-11-23T09:30:00.000Z',
    },
    // An invitation cannot be read again; what it leads to is the user.
    location: () => '/v1/auth/invitations/accept',
  },
  problems: [NotFoundError, OwnAuthorityError, UserAlreadySuspendedError],
};

export const END_USER_SESSIONS: OperationMetadata = {
  id: 'endUserSessions',
  summary: 'End all sessions of a user',
  access: 'session:revoke',
  audited: 'user.sessions_ended',
  body: 'none',
  success: { status: 204, description: 'Every session has ended; access tokens stop working at once.' },
  problems: [NotFoundError],
};
