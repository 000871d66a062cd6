import { NoteField, ReasonCodeField, ReasonMessageField } from './verdict.fields.js';

export class ReopenDocumentDto {
  @ReasonCodeField('reopen', 'decided_in_error')
  reasonCode!: string;

  @ReasonMessageField()
  message?: string;

  @NoteField()
  note?: string;
}
