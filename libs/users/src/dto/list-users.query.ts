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
    description:
      'Only users whose e-mail address or display name contains this text. Upper and lower case are not distinguished.',
    example: 'erika',
    max: 100,
    optional: true,
  })
  q?: string;
}
