import { NotFoundError, type OperationMetadata } from '#libs/kernel';
import { DocumentPageView, DocumentView, PENDING_EXAMPLE, VERIFIED_EXAMPLE } from './dto/document.view.js';

const ETAG = { ETag: 'The revision, for If-Match.' };

export const LIST_DOCUMENTS: OperationMetadata = {
  id: 'listDocuments',
  summary: 'List documents, newest first',
  description: 'Owners see their own documents; reviewers, admins and auditors see all.',
  access: 'document:read',
  success: {
    status: 200,
    description: 'One page of documents.',
    type: DocumentPageView,
    example: { items: [VERIFIED_EXAMPLE, PENDING_EXAMPLE], nextCursor: null },
  },
};

export const GET_DOCUMENT: OperationMetadata = {
  id: 'getDocument',
  summary: 'Read a document',
  access: 'document:read',
  success: {
    status: 200,
    description: 'The document.',
    type: DocumentView,
    example: VERIFIED_EXAMPLE,
    headers: ETAG,
  },
  problems: [NotFoundError],
};
