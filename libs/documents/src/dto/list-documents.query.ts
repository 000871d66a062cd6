import { EnumSetField, InstantField, PageQuery, Sha256Field, TextField, UuidField } from '#libs/http';
import { DOCUMENT_STATUSES, type DocumentStatus } from '../domain/document-status.js';
import { DocumentTypeField } from './description.fields.js';

/** Filters that all must hold. */
export class ListDocumentsQuery extends PageQuery {
  @EnumSetField({
    description: 'Only documents in one of these states; repeat the parameter for more than one.',
    values: DOCUMENT_STATUSES,
    optional: true,
    inQuery: true,
  })
  status?: DocumentStatus[];

  @DocumentTypeField({ description: 'Only documents of this type.', optional: true })
  type?: string;

  @UuidField({ description: 'Only documents of this owner.', optional: true })
  ownerId?: string;

  @Sha256Field({ description: 'Only documents one of whose versions has these bytes.', optional: true })
  sha256?: string;

  @TextField({
    description: 'A part of the title, without regard to case.',
    max: 100,
    optional: true,
    example: 'pass',
  })
  q?: string;

  @InstantField({
    description: 'Only documents uploaded at this moment or later.',
    optional: true,
    example: '2026-01-01T00:00:00Z',
  })
  createdFrom?: string;

  @InstantField({
    description: 'Only documents uploaded before this moment.',
    optional: true,
    example: '2027-01-01T00:00:00Z',
  })
  createdTo?: string;
}
