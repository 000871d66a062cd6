import { EnumSetField } from '#libs/http';
import { type Role, ROLES } from '#libs/kernel';

export class AssignRolesDto {
  @EnumSetField({
    description: 'The complete set of roles. It replaces the current roles.',
    values: ROLES,
    example: ['user', 'verifier'],
  })
  roles!: Role[];
}
