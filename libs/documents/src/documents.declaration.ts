import { type ModuleDeclaration, type NamesIn } from '#libs/declarations';
import { DOCUMENTS_SECTION } from './documents.configuration.js';
import * as contentProblems from './content/content.errors.js';
import { DocumentsModule } from './documents.module.js';
import * as documentProblems from './domain/document.errors.js';
import {
  FileMalformedError,
  FileNameNotAcceptedError,
  FileTypeMismatchError,
  FileTypeNotAcceptedError,
} from './upload/upload.errors.js';

const PERMISSIONS = {
  'document:create': { target: 'document' },
  'document:read': { target: 'document' },
  'document:content': { target: 'document' },
  'document:edit': { target: 'document' },
  'document:withdraw': { target: 'document' },
  'review:claim': { target: 'document' },
  'review:decide': { target: 'document' },
  'review:reassign': { target: 'document' },
  'review:reopen': { target: 'document' },
  'verification:revoke': { target: 'document' },
} as const;

const AUDIT_ACTIONS = {
  'document.uploaded': 'A user uploaded a document with its first version.',
  'document.updated': 'The owner changed the title, the type or the metadata of a document.',
  'document.version_added': 'The owner uploaded a new version of a document.',
  'document.content_read': 'A user requested the bytes of a version, and the server was about to send them.',
  'document.content_delivered':
    'A reviewer received all bytes of a version: the connection took a complete response, or ranges that together cover the file.',
  'document.evidence_read':
    'A user requested the evidence about a document, and the server was about to send it.',
  'document.claimed': 'A reviewer claimed a document for review.',
  'document.released': 'A reviewer released a claimed document.',
  'document.lease_expired': 'A claim expired, and the document became pending again.',
  'document.verified': 'A reviewer verified a version of a document.',
  'document.rejected': 'A reviewer rejected a version of a document.',
  'document.changes_requested': 'A reviewer asked the owner for a new version of a document.',
  'document.withdrawn': 'The owner withdrew a document.',
  'document.revoked': 'An admin revoked a verification.',
  'document.reopened': 'An admin reopened a rejected or revoked document for a different reviewer.',
  'document.expired': 'The verification of a document expired.',
} as const;

const AUDIT_TARGETS = ['document'] as const;

declare module '#libs/kernel' {
  interface Permissions extends NamesIn<typeof PERMISSIONS> {}
  interface AuditActions extends NamesIn<typeof AUDIT_ACTIONS> {}
  interface AuditTargets extends NamesIn<typeof AUDIT_TARGETS> {}
}

/** What documents and their review add to the product. */
export const DOCUMENTS: ModuleDeclaration = {
  name: 'documents',
  module: DocumentsModule,
  schema: 'documents',
  recordedTables: [
    'documents.documents',
    'documents.decisions',
    'documents.versions',
    'documents.history',
    'documents.deliveries',
  ],
  tags: [
    {
      name: 'Documents',
      description: 'Upload, read, edit and withdraw documents, and read their history.',
    },
    {
      name: 'Review',
      description:
        'Verifiers and admins decide about documents, but never about their own documents. A decision applies to one version, identified by its SHA-256.',
    },
  ],
  permissions: PERMISSIONS,
  auditActions: AUDIT_ACTIONS,
  auditTargets: AUDIT_TARGETS,
  problems: [
    ...Object.values(contentProblems),
    ...Object.values(documentProblems),
    FileMalformedError,
    FileNameNotAcceptedError,
    FileTypeMismatchError,
    FileTypeNotAcceptedError,
  ],
  configuration: DOCUMENTS_SECTION,
};
