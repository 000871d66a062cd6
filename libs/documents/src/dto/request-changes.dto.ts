import {
  MessageField,
  NoteField,
  REASON_MESSAGE,
  ReasonCodeField,
  VersionSha256Field,
} from './verdict.fields.js';

export class RequestChangesDto {
  @VersionSha256Field()
  versionSha256?: string;

  @ReasonCodeField('request_changes', 'unreadable')
  reasonCode!: string;

  @MessageField(REASON_MESSAGE)
  message?: string;

  @NoteField()
  note?: string;
}
