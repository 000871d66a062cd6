import { NoteField, ReasonCodeField, ReasonMessageField, VersionSha256Field } from './verdict.fields.js';

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
