import { EmailField, TextField } from '#libs/http';

export class UpdateUserDto {
  @EmailField({
    description: 'A new address to sign in with.',
    example: 'erika.m@example.com',
    optional: true,
  })
  email?: string;

  @TextField({
    description: 'How the person is shown to others.',
    example: 'Erika M.',
    max: 200,
    optional: true,
  })
  displayName?: string;
}
