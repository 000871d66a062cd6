import { TextField } from '#libs/http';

/** Why a user is suspended or reactivated. */
export class StateReasonDto {
  @TextField({
    description: 'The reason. It is recorded in the audit log.',
    example: 'Left the company',
    max: 500,
  })
  reason!: string;
}
