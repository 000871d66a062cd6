import { BooleanField, InstantField } from '#libs/http';
import {
  MessageField,
  NoteField,
  ReasonCodeField,
  ReasonMessageField,
  VersionSha256Field,
} from './verdict.fields.js';

export class ClaimDocumentDto {
  @BooleanField({
    description:
      'If true, the claim of another reviewer ends and the caller gets a new claim. Requires the permission `review:reassign`; otherwise 403.',
    example: false,
    optional: true,
  })
  takeOver?: boolean;
}

export class VerifyDocumentDto {
  @VersionSha256Field()
  versionSha256?: string;

  @InstantField({
    description:
      'The time at which the verification expires: in the future and no later than the year 9999. If omitted, the verification does not expire.',
    example: '2031-11-20T00:00:00Z',
    optional: true,
  })
  validUntil?: string;

  @MessageField()
  message?: string;

  @NoteField()
  note?: string;
}

export class RejectDocumentDto {
  @VersionSha256Field()
  versionSha256?: string;

  @ReasonCodeField('reject', 'suspected_tampering')
  reasonCode!: string;

  @ReasonMessageField()
  message?: string;

  @NoteField()
  note?: string;
}

export class RequestChangesDto {
  @VersionSha256Field()
  versionSha256?: string;

  @ReasonCodeField('request_changes', 'unreadable')
  reasonCode!: string;

  @ReasonMessageField()
  message?: string;

  @NoteField()
  note?: string;
}

export class RevokeDocumentDto {
  @ReasonCodeField('revoke', 'new_evidence')
  reasonCode!: string;

  @ReasonMessageField()
  message?: string;

  @NoteField()
  note?: string;
}

export class ReopenDocumentDto {
  @ReasonCodeField('reopen', 'decided_in_error')
  reasonCode!: string;

  @ReasonMessageField()
  message?: string;

  @NoteField()
  note?: string;
}
