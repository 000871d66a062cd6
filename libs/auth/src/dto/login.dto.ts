import { EmailField, SecretField } from '#libs/http';

export class LoginDto {
  @EmailField({ description: 'The address of the account.', example: 'user@example.com' })
  email!: string;

  @SecretField({ description: 'Compared byte by byte.', example: 'seven slow herons wade at dusk', max: 128 })
  password!: string;
}
