import { EnumSetField, InstantField, PageQuery, Sha256Field, TextField, UuidField } from '#libs/http';
import { DOCUMENT_STATUSES, type DocumentStatus } from '../../domain/document-status.js';
import { DocumentTypeField } from './description.fields.js';

/** Filters that all must hold. */
export class ListDocumentsQuery extends PageQuery {
  @EnumSetField({
    description: 'Only documents with one of these statuses. Repeat the parameter for several statuses.',
    values: DOCUMENT_STATUSES,
    optional: true,
    inQuery: true,
  })
  status?: DocumentStatus[];

  @DocumentTypeField({ description: 'Only documents of this type.', optional: true })
  type?: string;

  @UuidField({ description: 'Only documents that this user uploaded.', optional: true })
  ownerId?: string;

  @Sha256Field({ description: 'Only documents that have a version with this SHA-256.', optional: true })
  sha256?: string;

  @TextField({
    description: 'Only documents whose title contains this text. Upper and lower case are not distinguished.',
    max: 100,
    optional: true,
    example: 'pass',
  })
  q?: string;

  @InstantField({
    description: 'Only documents uploaded at or after this time.',
    optional: true,
    example: '2026-01-01T00:00:00Z',
  })
  createdFrom?: string;

  @InstantField({
    description: 'Only documents uploaded before this time.',
    optional: true,
    example: '2027-01-01T00:00:00Z',
  })
  createdTo?: string;
}
