import { ApiProperty } from '@nestjs/swagger';

/** The same for every address, whether it had an account or not. */
export class RegistrationView {
  @ApiProperty({ type: 'string', enum: ['accepted'] })
  status!: 'accepted';
}

export const REGISTRATION_ACCEPTED = { status: 'accepted' } as const;
