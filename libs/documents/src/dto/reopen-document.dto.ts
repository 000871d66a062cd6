import { MessageField, NoteField, REASON_MESSAGE, ReasonCodeField } from './verdict.fields.js';

export class ReopenDocumentDto {
  @ReasonCodeField('reopen', 'decided_in_error')
  reasonCode!: string;

  @MessageField(REASON_MESSAGE)
  message?: string;

  @NoteField()
  note?: string;
}
