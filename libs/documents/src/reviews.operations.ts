import { type OperationMetadata } from '#libs/http';
import { type ErrorClass, NotFoundError } from '#libs/kernel';
import {
  DifferentReviewerRequiredError,
  DocumentAlreadyDecidedError,
  DocumentClaimedByAnotherError,
  DocumentVersionChangedError,
  IllegalTransitionError,
  OwnDocumentError,
} from './domain/document.errors.js';
import { DECISION_EXAMPLE } from './dto/decision.view.js';
import { DocumentView, PENDING_EXAMPLE, VERIFIED_EXAMPLE } from './dto/document.view.js';

const REVIEW_PROBLEMS: readonly ErrorClass[] = [
  NotFoundError,
  OwnDocumentError,
  DifferentReviewerRequiredError,
  DocumentAlreadyDecidedError,
  DocumentClaimedByAnotherError,
  IllegalTransitionError,
];
const DECISION_PROBLEMS = [...REVIEW_PROBLEMS, DocumentVersionChangedError];

const DECISION_RULES =
  'One call is enough: a document that nobody has claimed needs no claim first. Refused for a document of your own, while somebody else holds it, and once there is a decision. A decision is never edited.';

const ACTION = { idempotent: true, ifMatch: 'optional' } as const;

/** What makes a decision, and so has a receipt. */
const DECIDING = { ...ACTION, decides: true } as const;
const RECEIPT_HEADERS = {
  'Preference-Applied': 'The `wait` that was honoured (RFC 7240).',
  Link: 'Where the receipt is (RFC 8288), if you preferred to wait and it is there.',
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
  headers: { ETag: 'The revision, for If-Match.', ...headers },
});

export const CLAIM_DOCUMENT: OperationMetadata = {
  ...ACTION,
  id: 'claimDocument',
  summary: 'Claim a document for review',
  description:
    'Until `claimedUntil` nobody else can decide. Claim again to renew; afterwards anybody may claim. An admin may take over a live claim.',
  access: 'review:claim',
  audited: 'document.claimed',
  success: document('The document, in review.', {
    status: 'in_review',
    claim: { reviewerId: DECISION_EXAMPLE.by, claimedUntil: '2026-11-20T10:15:00.000Z' },
    revision: 2,
  }),
  problems: REVIEW_PROBLEMS,
};

export const RELEASE_DOCUMENT: OperationMetadata = {
  ...ACTION,
  id: 'releaseDocument',
  summary: 'Give a claimed document back',
  description: 'For the reviewer who holds the claim.',
  access: 'review:claim',
  audited: 'document.released',
  body: 'none',
  success: document('The document, pending again.', { revision: 3 }),
  problems: [NotFoundError, DocumentClaimedByAnotherError, IllegalTransitionError],
};

export const VERIFY_DOCUMENT: OperationMetadata = {
  ...DECIDING,
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
  ...DECIDING,
  id: 'rejectDocument',
  summary: 'Reject a document for good',
  description: `The owner cannot upload again; to ask for that, request changes. ${DECISION_RULES}`,
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
  ...DECIDING,
  id: 'requestChanges',
  summary: 'Ask the owner for another version',
  description: DECISION_RULES,
  access: 'review:decide',
  audited: 'document.changes_requested',
  success: document(
    'The document, waiting for its owner.',
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
    'For a document that is `verified`. The decision stays on record; the document no longer counts.',
  access: 'verification:revoke',
  audited: 'document.revoked',
  success: document('The revoked document.', { ...VERIFIED_EXAMPLE, status: 'revoked', revision: 4 }),
  problems: [NotFoundError, OwnDocumentError, IllegalTransitionError],
};

export const REOPEN_DOCUMENT: OperationMetadata = {
  ...ACTION,
  id: 'reopenDocument',
  summary: 'Reopen a rejected document',
  description:
    'It goes back to review, and whoever rejected it never decides about it again: a different reviewer must.',
  access: 'review:reopen',
  audited: 'document.reopened',
  success: document('The document, pending again.', { revision: 3 }),
  problems: [NotFoundError, OwnDocumentError, IllegalTransitionError],
};
