import { SecretField } from '#libs/http';

export class ChangePasswordDto {
  @SecretField({ description: 'The current password.', example: 'seven slow herons wade at dusk', max: 128 })
  currentPassword!: string;

  @SecretField({
    description: 'At least 15 characters.',
    example: 'a kettle sings to nine gray geese',
    max: 128,
  })
  newPassword!: string;
}
