import { type OperationMetadata } from '#libs/http';
import { type ErrorClass, NotFoundError, PreconditionRequiredError } from '#libs/kernel';
import { QueueChangesInterceptor } from '#libs/postgres';
import {
  ContentNotReadError,
  DifferentReviewerRequiredError,
  DocumentAlreadyDecidedError,
  DocumentClaimedByAnotherError,
  DocumentVersionChangedError,
  IllegalTransitionError,
  OwnDocumentError,
} from '../domain/document.errors.js';
import { DECISION_EXAMPLE } from '../documents/dto/decision.view.js';
import { DocumentView, PENDING_EXAMPLE, VERIFIED_EXAMPLE } from '../documents/dto/document.view.js';
import { REVOCATION_EXAMPLE } from '../documents/dto/revocation.view.js';

const REVIEW_PROBLEMS: readonly ErrorClass[] = [
  NotFoundError,
  OwnDocumentError,
  DifferentReviewerRequiredError,
  DocumentAlreadyDecidedError,
  DocumentClaimedByAnotherError,
  IllegalTransitionError,
];
const DECISION_PROBLEMS = [
  ...REVIEW_PROBLEMS,
  DocumentVersionChangedError,
  PreconditionRequiredError,
  ContentNotReadError,
];

const DECISION_RULES =
  'A decision applies to the document that you reviewed. Claim the document first, so that the owner cannot change it, or send `If-Match` with the `ETag` of the document that you reviewed. The response is 428 if you do neither, and 412 if the document has changed since. Download the content first: the server accepts a decision only about bytes that it has delivered to you completely, in one response or in ranges (409 `CONTENT_NOT_READ`). The server also refuses the request if you own the document, if another reviewer has claimed it, or if the version already has a decision. A decision is never edited.';

const ACTION = { idempotent: true, ifMatch: 'optional', around: [QueueChangesInterceptor] } as const;

/** Of `@DecisionOperation`. */
const RECEIPT_HEADERS = {
  'Preference-Applied': 'The `wait` that the server applied (RFC 7240).',
  Link: 'The address of the receipt (RFC 8288), if the request had `Prefer: wait` and the receipt exists.',
};

const document = (
  description: string,
  changes: Partial<DocumentView>,
  headers: Readonly<Record<string, string>> = {},
): OperationMetadata['success'] => ({
  status: 200,
  description,
  type: DocumentView,
  example: { ...PENDING_EXAMPLE, ...changes },
  headers: { ETag: 'The entity tag of the document, for If-Match.', ...headers },
});

export const CLAIM_DOCUMENT: OperationMetadata = {
  ...ACTION,
  id: 'claimDocument',
  summary: 'Claim a document for review',
  description:
    'Until `claimedUntil` no other reviewer can decide about the document. Claim it again to extend the claim; this does not change the revision. After it has expired, any reviewer can claim the document. An admin can take over a claim that has not expired.',
  access: 'review:claim',
  audited: 'document.claimed',
  success: document('The document with the status `in_review`.', {
    status: 'in_review',
    claim: { reviewerId: DECISION_EXAMPLE.by, claimedUntil: '2026-11-20T10:15:00.000Z' },
    revision: 2,
  }),
  problems: REVIEW_PROBLEMS,
};

export const RELEASE_DOCUMENT: OperationMetadata = {
  ...ACTION,
  id: 'releaseDocument',
  summary: 'Release a claimed document',
  description: 'Only the reviewer who holds the claim can release it.',
  access: 'review:claim',
  audited: 'document.released',
  body: 'none',
  success: document('The document with the status `pending`.', { revision: 3 }),
  problems: [NotFoundError, DocumentClaimedByAnotherError, IllegalTransitionError],
};

export const VERIFY_DOCUMENT: OperationMetadata = {
  ...ACTION,
  id: 'verifyDocument',
  summary: 'Verify the current version',
  description: DECISION_RULES,
  access: 'review:decide',
  audited: 'document.verified',
  requestExample: { message: 'Thank you for the clear scan.' },
  success: document('The verified document.', VERIFIED_EXAMPLE, RECEIPT_HEADERS),
  problems: DECISION_PROBLEMS,
};

export const REJECT_DOCUMENT: OperationMetadata = {
  ...ACTION,
  id: 'rejectDocument',
  summary: 'Reject a document permanently',
  description: `The owner cannot upload a new version after a rejection. To ask for a new version, request changes instead. ${DECISION_RULES}`,
  access: 'review:decide',
  audited: 'document.rejected',
  success: document(
    'The rejected document.',
    {
      status: 'rejected',
      decision: {
        ...DECISION_EXAMPLE,
        outcome: 'rejected',
        reasonCode: 'suspected_tampering',
        message: 'The document could not be accepted as authentic.',
      },
      revision: 2,
    },
    RECEIPT_HEADERS,
  ),
  problems: DECISION_PROBLEMS,
};

export const REQUEST_CHANGES: OperationMetadata = {
  ...ACTION,
  id: 'requestChanges',
  summary: 'Ask the owner for a new version',
  description: DECISION_RULES,
  access: 'review:decide',
  audited: 'document.changes_requested',
  success: document(
    'The document with the status `changes_requested`.',
    {
      status: 'changes_requested',
      decision: {
        ...DECISION_EXAMPLE,
        outcome: 'changes_requested',
        reasonCode: 'unreadable',
        message: 'The document cannot be read.',
      },
      revision: 2,
    },
    RECEIPT_HEADERS,
  ),
  problems: DECISION_PROBLEMS,
};

export const REVOKE_DOCUMENT: OperationMetadata = {
  ...ACTION,
  id: 'revokeDocument',
  summary: 'Revoke a verification',
  description:
    'Only a document with the status `verified` can be revoked. The document is no longer verified. It shows the decision and, in `revocation`, who revoked it, when and why. An admin can reopen it.',
  access: 'verification:revoke',
  audited: 'document.revoked',
  success: document('The revoked document.', {
    ...VERIFIED_EXAMPLE,
    status: 'revoked',
    revocation: REVOCATION_EXAMPLE,
    revision: 4,
  }),
  problems: [NotFoundError, OwnDocumentError, IllegalTransitionError],
};

export const REOPEN_DOCUMENT: OperationMetadata = {
  ...ACTION,
  id: 'reopenDocument',
  summary: 'Reopen a rejected or revoked document',
  description:
    'The document becomes `pending` again. The reviewer who rejected or verified it can never decide about it again: a different reviewer must decide.',
  access: 'review:reopen',
  audited: 'document.reopened',
  success: document('The document with the status `pending`.', { revision: 3 }),
  problems: [NotFoundError, OwnDocumentError, IllegalTransitionError],
};
