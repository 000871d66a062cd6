import { ApiProperty } from '@nestjs/swagger';
import { type IssuedInvitation } from '../account-access.js';

/** An invitation; the token is shown here and never again. */
export class InvitationView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({
    description:
      'The token for `POST /v1/auth/invitations/accept`. Deliver it to the user through a secure channel.',
  })
  token!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  expiresAt!: string;
}

export function toInvitationView(invitation: IssuedInvitation): InvitationView {
  return { id: invitation.id, token: invitation.token, expiresAt: invitation.expiresAt.toISOString() };
}
