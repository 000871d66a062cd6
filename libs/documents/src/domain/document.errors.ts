import { ConflictError, type ErrorOptions, ForbiddenError } from '#libs/kernel';
import { type DocumentAction, type DocumentStatus } from './document-status.js';

/** The status of a document, and what the caller may do with it now: every refusal contains them. */
export interface Standing {
  readonly status: DocumentStatus;
  readonly legalActions: readonly DocumentAction[];
}

function withStanding({ status, legalActions }: Standing): ErrorOptions {
  return { extensions: { currentStatus: status, legalActions: [...legalActions] } };
}

export class IllegalTransitionError extends ConflictError {
  static override readonly code: string = 'ILLEGAL_TRANSITION';
  static override readonly title = 'The document state does not allow this action';
  static override readonly about =
    'The current state of the document does not allow this action. currentStatus names the state; legalActions lists what you may do now.';

  constructor(action: DocumentAction, standing: Standing) {
    super(
      `A document with the status ${standing.status} does not allow the action ${action}`,
      withStanding(standing),
    );
  }
}

export class DocumentAlreadyDecidedError extends ConflictError {
  static override readonly code: string = 'DOCUMENT_ALREADY_DECIDED';
  static override readonly title = 'The document is already decided';
  static override readonly about =
    'A reviewer has already decided about this version, and a decision is never edited. Read the document: its member decision states who decided, when and why. currentStatus names the state; legalActions lists what you may do now.';

  constructor(standing: Standing) {
    super(`This version already has a decision: ${standing.status}`, withStanding(standing));
  }
}

export class DocumentClaimedByAnotherError extends ConflictError {
  static override readonly code: string = 'DOCUMENT_CLAIMED_BY_ANOTHER';
  static override readonly title = 'Another reviewer has claimed the document';
  static override readonly about =
    'Another reviewer has claimed the document, and the claim has not expired. Wait until claimedUntil, choose a different document, or ask an admin to take over the claim.';

  constructor(standing: Standing, claimedUntil: Date) {
    super('Another reviewer has claimed this document', {
      extensions: { ...withStanding(standing).extensions, claimedUntil: claimedUntil.toISOString() },
    });
  }
}

export class DocumentVersionChangedError extends ConflictError {
  static override readonly code: string = 'DOCUMENT_VERSION_CHANGED';
  static override readonly title = 'versionSha256 is not the current version';
  static override readonly about =
    'versionSha256 is not the SHA-256 of the current version: the owner has uploaded a new version since, or the value was wrong. currentVersionSha256 is the SHA-256 of the current version. Review those bytes, then send the decision again.';

  constructor(standing: Standing, currentSha256: string) {
    super('versionSha256 is not the SHA-256 of the current version', {
      extensions: { ...withStanding(standing).extensions, currentVersionSha256: currentSha256 },
    });
  }
}

export class ContentNotReadError extends ConflictError {
  static override readonly code: string = 'CONTENT_NOT_READ';
  static override readonly title = 'The content was not delivered to you';
  static override readonly about =
    'A reviewer decides only about bytes that this server has delivered to them. Download the current version completely, in one response or in ranges that together cover the file, then send the decision again. An interrupted download and a HEAD request do not count. currentVersionSha256 is the SHA-256 of the current version.';

  constructor(standing: Standing, currentSha256: string) {
    super('The current version was not delivered to you completely', {
      extensions: { ...withStanding(standing).extensions, currentVersionSha256: currentSha256 },
    });
  }
}

export class OwnDocumentError extends ForbiddenError {
  static override readonly code: string = 'OWN_DOCUMENT';
  static override readonly title = 'You own this document';
  static override readonly about =
    'No user can review, revoke or reopen their own document, whatever roles they have. A different reviewer or admin must do it.';

  constructor(standing: Standing) {
    super('You cannot decide about your own document', withStanding(standing));
  }
}

export class QuotaExceededError extends ForbiddenError {
  static override readonly code: string = 'QUOTA_EXCEEDED';
  static override readonly title: string = 'The quota is used up';
  static override readonly about: string =
    'The operator limits how many files, and how many bytes in all, a user can store. This file would exceed the limit. Ask the operator for a larger one.';

  constructor(detail: string) {
    super(detail);
  }
}

export class NotTheOwnerError extends ForbiddenError {
  static override readonly code: string = 'NOT_THE_OWNER';
  static override readonly title = 'Only the owner may do this';
  static override readonly about =
    'You may read this document, but only its owner may edit it, add a version or withdraw it.';

  constructor(standing: Standing) {
    super('Only the owner may do this', withStanding(standing));
  }
}

export class DifferentReviewerRequiredError extends ForbiddenError {
  static override readonly code: string = 'DIFFERENT_REVIEWER_REQUIRED';
  static override readonly title = 'A different reviewer must decide';
  static override readonly about =
    'Your earlier decision about this document was reopened. A different reviewer must make the new decision.';

  constructor(standing: Standing) {
    super('Your earlier decision was reopened: a different reviewer must decide', withStanding(standing));
  }
}

export class DocumentNotDecidedError extends ConflictError {
  static override readonly code: string = 'DOCUMENT_NOT_DECIDED';
  static override readonly title: string = 'The document has no decision yet';
  static override readonly about: string =
    'Evidence proves a decision, but no reviewer has decided about this document yet. Repeat the request after the decision.';

  constructor() {
    super('No reviewer has decided about this document yet');
  }
}
