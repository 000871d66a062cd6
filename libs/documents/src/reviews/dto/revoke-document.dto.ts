import { NoteField, ReasonCodeField, ReasonMessageField } from './verdict.fields.js';

export class RevokeDocumentDto {
  @ReasonCodeField('revoke', 'new_evidence')
  reasonCode!: string;

  @ReasonMessageField()
  message?: string;

  @NoteField()
  note?: string;
}
