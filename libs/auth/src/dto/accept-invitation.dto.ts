import { SecretField, TokenField } from '#libs/http';

export class AcceptInvitationDto {
  @TokenField({
    description: 'The token of the invitation.',
    example: 'vti_uDkBq0y8m3Jw1Q0m0V2nC2m2b2l5d3ZyqKc7c5o1n0k',
    max: 200,
  })
  token!: string;

  @SecretField({
    description: 'At least 15 characters.',
    example: 'seven slow herons wade at dusk',
    max: 128,
  })
  password!: string;
}
