import {
  MessageField,
  NoteField,
  REASON_MESSAGE,
  ReasonCodeField,
  VersionSha256Field,
} from './verdict.fields.js';

export class RejectDocumentDto {
  @VersionSha256Field()
  versionSha256?: string;

  @ReasonCodeField('reject', 'suspected_tampering')
  reasonCode!: string;

  @MessageField(REASON_MESSAGE)
  message?: string;

  @NoteField()
  note?: string;
}
