import { TextField } from '#libs/http';
import { DocumentTypeField, MetadataField } from './description.fields.js';

/** What is left out stays as it is. */
export class UpdateDocumentDto {
  @TextField({ description: 'The title of the document.', max: 200, example: 'Passport', optional: true })
  title?: string;

  @DocumentTypeField({ description: 'The type of the document, for example `passport`.', optional: true })
  type?: string;

  /** Replaced as a whole. */
  @MetadataField({ optional: true })
  metadata?: Record<string, string>;
}
