import { MessageField, NoteField, REASON_MESSAGE, ReasonCodeField } from './verdict.fields.js';

export class RevokeDocumentDto {
  @ReasonCodeField('revoke', 'new_evidence')
  reasonCode!: string;

  @MessageField(REASON_MESSAGE)
  message?: string;

  @NoteField()
  note?: string;
}
