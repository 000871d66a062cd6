import { InstantField } from '#libs/http';
import { MessageField, NoteField, VersionSha256Field } from './verdict.fields.js';

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
