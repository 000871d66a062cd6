import { type OperationMetadata } from '#libs/http';
import { NotFoundError } from '#libs/kernel';
import { QueueChangesInterceptor } from '#libs/postgres';
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
  around: [QueueChangesInterceptor],
  ifMatch: 'required',
  success: USER,
  problems: [NotFoundError, EmailTakenError],
};

export const ASSIGN_ROLES: OperationMetadata = {
  id: 'assignRoles',
  summary: 'Assign the roles of a user',
  description:
    'Replaces all roles of the user. The new roles apply from the next request of the user. You cannot change your own roles, and the last active admin and the last active user manager cannot lose their role.',
  access: 'user:assign_roles',
  audited: 'user.roles_changed',
  around: [QueueChangesInterceptor],
  ifMatch: 'required',
  success: USER,
  problems: [NotFoundError, OwnAuthorityError, LastRoleHolderError],
};

export const SUSPEND_USER: OperationMetadata = {
  id: 'suspendUser',
  summary: 'Suspend a user and revoke all sessions of the user',
  access: 'user:suspend',
  audited: 'user.suspended',
  around: [QueueChangesInterceptor],
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
  description: 'The user must sign in again: sessions that the suspension revoked stay revoked.',
  access: 'user:suspend',
  audited: 'user.reactivated',
  around: [QueueChangesInterceptor],
  idempotent: true,
  success: { ...USER, example: { ...USER_EXAMPLE, revision: 3 } },
  problems: [NotFoundError, OwnAuthorityError, UserNotSuspendedError],
};

export const INVITE_USER: OperationMetadata = {
  id: 'inviteUser',
  summary: 'Create an invitation for a user to set a password',
  description:
    'Earlier invitations of the user become invalid. The response is the only place where the token appears. A holder of the token can set the password, so deliver it to the user through a secure channel.',
  access: 'user:invite',
  audited: 'user.invited',
  around: [QueueChangesInterceptor],
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
    // An invitation has no address of its own.
    location: () => '/v1/auth/invitations/accept',
  },
  problems: [NotFoundError, OwnAuthorityError, UserAlreadySuspendedError],
};

export const END_USER_SESSIONS: OperationMetadata = {
  id: 'endUserSessions',
  summary: 'Revoke all sessions of a user',
  access: 'session:revoke',
  audited: 'user.sessions_ended',
  around: [QueueChangesInterceptor],
  body: 'none',
  success: {
    status: 204,
    description: 'All sessions are revoked. Their access tokens stop working immediately.',
  },
  problems: [NotFoundError],
};
