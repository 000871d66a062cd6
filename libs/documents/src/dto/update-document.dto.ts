import { TextField } from '#libs/http';
import { DocumentTypeField, MetadataField } from './description.fields.js';

/** What is left out stays as it is. */
export class UpdateDocumentDto {
  @TextField({ description: 'What people call the document.', max: 200, example: 'Passport', optional: true })
  title?: string;

  @DocumentTypeField({ description: 'What kind of document it is.', optional: true })
  type?: string;

  /** Replaced as a whole. */
  @MetadataField({ optional: true })
  metadata?: Record<string, string>;
}
