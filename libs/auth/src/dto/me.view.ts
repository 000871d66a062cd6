import { PERMISSION_NAMES } from '#libs/declarations';
import { type Actor, type Permission, type Role, ROLES } from '#libs/kernel';
import { type User } from '#libs/users';
import { ApiProperty } from '@nestjs/swagger';

/** The account of the access token and its current permissions. */
export class MeView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'email' })
  email!: string;

  @ApiProperty()
  displayName!: string;

  @ApiProperty({ type: 'array', items: { type: 'string', enum: [...ROLES] }, uniqueItems: true })
  roles!: Role[];

  @ApiProperty({
    type: 'array',
    items: { type: 'string', enum: PERMISSION_NAMES },
    uniqueItems: true,
    description:
      'The permissions that the roles grant. A client can use them to show only the actions that the user may perform.',
  })
  permissions!: Permission[];

  @ApiProperty({ format: 'uuid' })
  sessionId!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  createdAt!: string;
}

export const ME_EXAMPLE = {
  id: '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10',
  email: 'auditor@example.com',
  displayName: 'Anna Auditor',
  roles: ['auditor'],
  permissions: ['account:self', 'document:read', 'user:read', 'audit:read', 'audit:export'],
  sessionId: '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f12',
  createdAt: '2026-11-20T09:30:00.000Z',
};

export function toMeView(actor: Actor, user: User): MeView {
  return {
    id: user.id,
    email: user.email,
    displayName: user.displayName,
    roles: [...actor.roles],
    permissions: PERMISSION_NAMES.filter((permission) => actor.permits(permission)),
    sessionId: actor.sessionId ?? '',
    createdAt: user.createdAt.toISOString(),
  };
}
