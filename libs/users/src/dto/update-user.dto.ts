import { EmailField, TextField } from '#libs/http';

export class UpdateUserDto {
  @EmailField({
    description: 'A new address to sign in with.',
    example: 'erika.m@example.com',
    optional: true,
  })
  email?: string;

  @TextField({
    description: 'The name that other users see.',
    example: 'Erika M.',
    max: 200,
    optional: true,
  })
  displayName?: string;
}
