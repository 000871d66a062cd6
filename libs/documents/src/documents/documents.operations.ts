import { type OperationMetadata } from '#libs/http';
import { NotFoundError } from '#libs/kernel';
import { QueueChangesInterceptor } from '#libs/postgres';
import { IllegalTransitionError, NotTheOwnerError, QuotaExceededError } from '../domain/document.errors.js';
import { DECISION_EXAMPLE, DecisionPageView } from './dto/decision.view.js';
import { DocumentPageView, DocumentView, PENDING_EXAMPLE, VERIFIED_EXAMPLE } from './dto/document.view.js';
import { HISTORY_EXAMPLE, HistoryPageView } from './dto/history.view.js';
import { REASON_CODE_EXAMPLE, ReasonCodeListView } from '../reviews/dto/reason-code.view.js';
import { UploadTargetInterceptor } from './upload-target.interceptor.js';
import { VERSION_EXAMPLE, VersionPageView } from './dto/version.view.js';
import { StagedUploadInterceptor } from '../upload/staged-upload.interceptor.js';
import { UPLOAD_PROBLEMS } from '../upload/upload.errors.js';

const ETAG = { ETag: 'The entity tag of the document, for If-Match.' };
const DOCUMENT = { status: 200, description: 'The document.', type: DocumentView, headers: ETAG } as const;

export const LIST_DOCUMENTS: OperationMetadata = {
  id: 'listDocuments',
  summary: 'List documents, newest first',
  description: 'Verifiers, admins and auditors see all documents. Other users see only their own documents.',
  access: 'document:read',
  success: {
    status: 200,
    description: 'One page of documents.',
    type: DocumentPageView,
    example: { items: [VERIFIED_EXAMPLE, PENDING_EXAMPLE], nextCursor: null },
  },
};

export const UPLOAD_DOCUMENT: OperationMetadata = {
  id: 'uploadDocument',
  summary: 'Upload a document',
  description:
    'The server streams the file to storage and computes its SHA-256 on the way. Compare the `sha256` in the response with the SHA-256 of your file.',
  access: 'document:create',
  audited: 'document.uploaded',
  idempotent: true,
  body: 'multipart',
  around: [UploadTargetInterceptor, StagedUploadInterceptor],
  success: {
    ...DOCUMENT,
    status: 201,
    description: 'The new document.',
    example: PENDING_EXAMPLE,
    location: ({ id }: DocumentView) => `/v1/documents/${id}`,
    headers: { ...ETAG, Location: 'The address of the new document.' },
  },
  problems: [...UPLOAD_PROBLEMS, QuotaExceededError],
};

export const GET_DOCUMENT: OperationMetadata = {
  id: 'getDocument',
  summary: 'Read a document',
  access: 'document:read',
  success: { ...DOCUMENT, example: VERIFIED_EXAMPLE },
  problems: [NotFoundError],
};

export const UPDATE_DOCUMENT: OperationMetadata = {
  id: 'updateDocument',
  summary: 'Change the title, the type or the metadata of a document',
  description:
    'Only the owner can edit a document, and only while it is `pending` or `changes_requested`, because a decision also applies to the title, the type and the metadata. Omitted fields keep their value. `metadata` is replaced as a whole.',
  access: 'document:edit',
  audited: 'document.updated',
  around: [QueueChangesInterceptor],
  // Metadata with escaped characters. Only MAX_JSON_BYTES limits it.
  maxBodyBytes: Number.POSITIVE_INFINITY,
  ifMatch: 'required',
  success: { ...DOCUMENT, example: { ...PENDING_EXAMPLE, revision: 2 } },
  problems: [NotFoundError, NotTheOwnerError, IllegalTransitionError],
};

export const WITHDRAW_DOCUMENT: OperationMetadata = {
  id: 'withdrawDocument',
  summary: 'Withdraw a document',
  description:
    'Only the owner can withdraw a document, and only while it is `pending` or `changes_requested`. A withdrawal cannot be undone.',
  access: 'document:withdraw',
  audited: 'document.withdrawn',
  around: [QueueChangesInterceptor],
  idempotent: true,
  ifMatch: 'optional',
  body: 'none',
  success: { ...DOCUMENT, example: { ...PENDING_EXAMPLE, status: 'withdrawn', revision: 2 } },
  problems: [NotFoundError, NotTheOwnerError, IllegalTransitionError],
};

export const LIST_VERSIONS: OperationMetadata = {
  id: 'listVersions',
  summary: 'List the versions of a document, newest first',
  access: 'document:read',
  success: {
    status: 200,
    description: 'One page of versions.',
    type: VersionPageView,
    example: { items: [VERSION_EXAMPLE], nextCursor: null },
    tagged: true,
  },
  problems: [NotFoundError],
};

export const ADD_VERSION: OperationMetadata = {
  id: 'addVersion',
  summary: 'Upload a new version of a document',
  description:
    'Only the owner can upload a new version, and only while the document is `pending`, `changes_requested` or `expired`. A new review round begins.',
  access: 'document:edit',
  audited: 'document.version_added',
  idempotent: true,
  ifMatch: 'optional',
  body: 'multipart',
  around: [UploadTargetInterceptor, StagedUploadInterceptor, QueueChangesInterceptor],
  success: {
    ...DOCUMENT,
    status: 201,
    description: 'The document with its new version.',
    example: { ...PENDING_EXAMPLE, version: 2, revision: 4 },
    location: ({ id, version }: DocumentView) => `/v1/documents/${id}/versions/${version}/content`,
    headers: { ...ETAG, Location: 'The address of the bytes of the new version.' },
  },
  problems: [...UPLOAD_PROBLEMS, QuotaExceededError, NotFoundError, NotTheOwnerError, IllegalTransitionError],
};

export const LIST_DECISIONS: OperationMetadata = {
  id: 'listDecisions',
  summary: 'List the decisions about a document, newest first',
  description:
    'Each review round has at most one decision. Only the decision in the member `decision` of the document is in force.',
  access: 'document:read',
  success: {
    status: 200,
    description: 'One page of decisions.',
    type: DecisionPageView,
    example: { items: [DECISION_EXAMPLE], nextCursor: null },
    tagged: true,
  },
  problems: [NotFoundError],
};

export const GET_HISTORY: OperationMetadata = {
  id: 'getHistory',
  summary: 'Read the history of a document, newest first',
  description: 'Each item describes one revision: who did what, when, to which version and why.',
  access: 'document:read',
  success: {
    status: 200,
    description: 'One page of the history.',
    type: HistoryPageView,
    example: { items: [HISTORY_EXAMPLE], nextCursor: null },
    tagged: true,
  },
  problems: [NotFoundError],
};

export const LIST_REASON_CODES: OperationMetadata = {
  id: 'listReasonCodes',
  summary: 'List the reason codes',
  description: 'The closed list of reasons for requesting changes, rejecting, revoking and reopening.',
  access: 'document:read',
  success: {
    status: 200,
    description: 'All reason codes.',
    type: ReasonCodeListView,
    example: { items: [REASON_CODE_EXAMPLE] },
    caching: 'private, no-cache',
    tagged: true,
  },
};
