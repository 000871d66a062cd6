import { EmailField, SecretField, TextField } from '#libs/http';

export class RegisterDto {
  @EmailField({ description: 'The e-mail address to sign in with.', example: 'erika@example.com' })
  email!: string;

  @TextField({ description: 'The name that other users see.', example: 'Erika Mustermann', max: 200 })
  displayName!: string;

  @SecretField({
    description: 'At least 15 characters.',
    example: 'seven slow herons wade at dusk',
    max: 128,
  })
  password!: string;
}
