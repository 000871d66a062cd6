import { ApiProperty } from '@nestjs/swagger';
import { type Revocation } from '../../domain/document-state.js';
import { DECISION_EXAMPLE, instant } from './decision.view.js';

/** Who ended the verification of a document, when and why. */
export class RevocationView {
  @ApiProperty({ format: 'uuid', description: 'The admin who revoked the verification.' })
  by!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  at!: string;

  @ApiProperty({ type: 'string', nullable: true, description: 'A reason code from `GET /v1/reason-codes`.' })
  reasonCode!: string | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'The message to the owner.' })
  message!: string | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    required: false,
    description:
      'An internal note. Only verifiers and admins get this member, and never for their own documents.',
  })
  note?: string | null;
}

export const REVOCATION_EXAMPLE: RevocationView = {
  by: DECISION_EXAMPLE.by,
  at: '2026-12-01T08:15:00.000Z',
  reasonCode: 'new_evidence',
  message: 'New information became known after the decision.',
  note: null,
};

/** Only `internal` readers see the note: see `seesNotes`. */
export function toRevocationView(
  { note, at, ...revocation }: Revocation<Date | string>,
  internal: boolean,
): RevocationView {
  return { ...revocation, at: instant(at), ...(internal ? { note } : {}) };
}
