import { TextField } from '#libs/http';
import { ApiProperty } from '@nestjs/swagger';
import { Equals } from 'class-validator';
import { DocumentTypeField, MetadataField } from './description.fields.js';

/** The form of a new version. Its file never gets here: it is staged while it arrives. */
export class UploadVersionDto {
  @ApiProperty({ type: 'string', format: 'binary', description: 'The file: a PDF, PNG or JPEG.' })
  @Equals(undefined, { message: 'must be a file' })
  file!: never;
}

/** The form of a new document. */
export class UploadDocumentDto extends UploadVersionDto {
  @TextField({ description: 'The title of the document.', max: 200, example: 'Passport' })
  title!: string;

  @DocumentTypeField({ description: 'The type of the document, for example `passport`.' })
  type!: string;

  @MetadataField({ optional: true })
  metadata?: Record<string, string>;
}

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
