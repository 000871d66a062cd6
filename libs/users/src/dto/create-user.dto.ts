import { EmailField, EnumSetField, SecretField, TextField } from '#libs/http';
import { type Role, ROLES } from '#libs/kernel';

export class CreateUserDto {
  @EmailField({
    description: 'Unique without regard to upper and lower case.',
    example: 'erika@example.com',
  })
  email!: string;

  @TextField({ description: 'How the person is shown to others.', example: 'Erika Mustermann', max: 200 })
  displayName!: string;

  @EnumSetField({ description: 'What the person may do.', values: ROLES, example: ['verifier'] })
  roles!: Role[];

  @SecretField({
    description:
      'At least 15 characters. Leave it out and send an invitation instead: then nobody else knows it.',
    example: 'seven slow herons wade at dusk',
    max: 128,
    optional: true,
  })
  password?: string;
}
