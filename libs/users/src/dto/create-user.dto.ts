import { EmailField, EnumSetField, SecretField, TextField } from '#libs/http';
import { type Role, ROLES } from '#libs/kernel';

export class CreateUserDto {
  @EmailField({
    description:
      'The e-mail address to sign in with. It must be unique; upper and lower case are not distinguished.',
    example: 'erika@example.com',
  })
  email!: string;

  @TextField({ description: 'The name that other users see.', example: 'Erika Mustermann', max: 200 })
  displayName!: string;

  @EnumSetField({
    description: 'The roles of the user. They determine what the user may do.',
    values: ROLES,
    example: ['verifier'],
  })
  roles!: Role[];

  @SecretField({
    description:
      'At least 15 characters. If you omit it and create an invitation instead, only the user knows the password.',
    example: 'seven slow herons wade at dusk',
    max: 128,
    optional: true,
  })
  password?: string;
}
