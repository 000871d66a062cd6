import { TextField } from '#libs/kernel';
import { DocumentTypeField, MetadataField } from './description.fields.js';

/** The fields of an upload besides its file. */
export class UploadDocumentDto {
  @TextField({ description: 'What people call the document.', max: 200, example: 'Passport' })
  title!: string;

  @DocumentTypeField({ description: 'What kind of document it is.' })
  type!: string;

  @MetadataField({ optional: true, inForm: true })
  metadata?: Record<string, string>;
}
