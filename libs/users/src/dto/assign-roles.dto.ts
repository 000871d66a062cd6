import { EnumSetField } from '#libs/http';
import { type Role, ROLES } from '#libs/kernel';

export class AssignRolesDto {
  @EnumSetField({ description: 'All roles from now on.', values: ROLES, example: ['user', 'verifier'] })
  roles!: Role[];
}
