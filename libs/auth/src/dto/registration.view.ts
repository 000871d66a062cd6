import { ApiProperty } from '@nestjs/swagger';

/** The response to a registration. It is identical for new and existing addresses. */
export class RegistrationView {
  @ApiProperty({ type: 'string', enum: ['accepted'] })
  status!: 'accepted';
}

export const REGISTRATION_ACCEPTED = { status: 'accepted' } as const;
