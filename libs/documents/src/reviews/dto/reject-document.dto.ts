import { NoteField, ReasonCodeField, ReasonMessageField, VersionSha256Field } from './verdict.fields.js';

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
