import { EnumField, PageQuery, TextField } from '#libs/http';
import { type Role, ROLES } from '#libs/kernel';
import { USER_STATUSES, type UserStatus } from '../user-status.js';

export class ListUsersQuery extends PageQuery {
  @EnumField({
    description: 'Only users with this status.',
    values: USER_STATUSES,
    example: 'active',
    optional: true,
  })
  status?: UserStatus;

  @EnumField({
    description: 'Only users who hold this role.',
    values: ROLES,
    example: 'verifier',
    optional: true,
  })
  role?: Role;

  @TextField({
    description: 'A part of the e-mail address or of the display name, without regard to case.',
    example: 'erika',
    max: 100,
    optional: true,
  })
  q?: string;
}
