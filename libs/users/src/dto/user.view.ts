import { entityTag, PageView } from '#libs/http';
import { type Role, ROLES } from '#libs/kernel';
import { ApiProperty } from '@nestjs/swagger';
import { USER_STATUSES, type UserStatus } from '../user-status.js';
import { type User } from '../user.entity.js';

/** A user without credentials. */
export class UserView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'email' })
  email!: string;

  @ApiProperty()
  displayName!: string;

  @ApiProperty({ type: 'array', items: { type: 'string', enum: [...ROLES] }, uniqueItems: true })
  roles!: Role[];

  @ApiProperty({ type: 'string', enum: [...USER_STATUSES] })
  status!: UserStatus;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The reason for the suspension; null while the user is active.',
  })
  suspensionReason!: string | null;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description:
      'The number of the current revision. Every change increases it by 1, and the ETag contains it.',
  })
  revision!: number;

  @ApiProperty({
    description: 'The entity tag of this user, for `If-Match`. The same value as the header `ETag`.',
  })
  etag!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  updatedAt!: string;
}

export class UserPageView extends PageView {
  @ApiProperty({ type: [UserView] })
  items!: UserView[];
}

export const USER_EXAMPLE = {
  id: '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10',
  email: 'erika@example.com',
  displayName: 'Erika Mustermann',
  roles: ['verifier'],
  status: 'active',
  suspensionReason: null,
  revision: 1,
  etag: '"1-Q0BHhVVuNQr0tYx1e8nOdw"',
  createdAt: '2026-11-20T09:30:00.000Z',
  updatedAt: '2026-11-20T09:30:00.000Z',
};

export function toUserView(user: User): UserView {
  const view = {
    id: user.id,
    email: user.email,
    displayName: user.displayName,
    roles: user.roles,
    status: user.status,
    suspensionReason: user.suspensionReason,
    revision: user.revision,
    createdAt: user.createdAt.toISOString(),
    updatedAt: user.updatedAt.toISOString(),
  };
  return { ...view, etag: entityTag(user.revision, view) };
}
