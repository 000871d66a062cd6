import { EmailField, SecretField } from '#libs/http';

export class LoginDto {
  @EmailField({ description: 'The e-mail address of the account.', example: 'user@example.com' })
  email!: string;

  @SecretField({
    description: 'The password of the account. It is compared exactly: it is neither trimmed nor normalised.',
    example: 'seven slow herons wade at dusk',
    max: 128,
  })
  password!: string;
}
