import { ConflictError, type ErrorOptions, ForbiddenError } from '#libs/kernel';
import { type DocumentAction, type DocumentStatus } from './document-status.js';

/** What every refusal of a document says besides its sentence: where it stands, and what can be done there. */
export interface Standing {
  readonly status: DocumentStatus;
  readonly legalActions: readonly DocumentAction[];
}

function withStanding({ status, legalActions }: Standing): ErrorOptions {
  return { extensions: { currentStatus: status, legalActions: [...legalActions] } };
}

export class IllegalTransitionError extends ConflictError {
  static override readonly code: string = 'ILLEGAL_TRANSITION';
  static override readonly title = 'Not possible in this state';
  static override readonly about =
    'The document is in a state that does not allow this action. currentStatus names the state, legalActions what it allows.';

  constructor(action: DocumentAction, standing: Standing) {
    super(`A document that is ${standing.status} does not allow ${action}`, withStanding(standing));
  }
}

export class DocumentAlreadyDecidedError extends ConflictError {
  static override readonly code: string = 'DOCUMENT_ALREADY_DECIDED';
  static override readonly title = 'The document is already decided';
  static override readonly about =
    'Somebody has decided about this version already, and a decision is never edited. Read the document: its decision says who, when and why. currentStatus names the state, legalActions what it allows.';

  constructor(standing: Standing) {
    super(`This version is already decided: ${standing.status}`, withStanding(standing));
  }
}

export class DocumentClaimedByAnotherError extends ConflictError {
  static override readonly code: string = 'DOCUMENT_CLAIMED_BY_ANOTHER';
  static override readonly title = 'Another reviewer holds the document';
  static override readonly about =
    'Another reviewer has claimed the document and the claim is still live. Wait until claimedUntil, choose another document, or ask an admin to take it over.';

  constructor(standing: Standing, claimedUntil: Date) {
    super('Another reviewer holds this document', {
      extensions: { ...withStanding(standing).extensions, claimedUntil: claimedUntil.toISOString() },
    });
  }
}

export class DocumentVersionChangedError extends ConflictError {
  static override readonly code: string = 'DOCUMENT_VERSION_CHANGED';
  static override readonly title = 'The bytes are no longer the current version';
  static override readonly about =
    'versionSha256 is not the SHA-256 of the current version: the owner has uploaded another one since, or it was never right. Look at the current bytes, then decide about them. currentVersionSha256 names them.';

  constructor(standing: Standing, currentSha256: string) {
    super('versionSha256 does not name the current version', {
      extensions: { ...withStanding(standing).extensions, currentVersionSha256: currentSha256 },
    });
  }
}

export class OwnDocumentError extends ForbiddenError {
  static override readonly code: string = 'OWN_DOCUMENT';
  static override readonly title = 'Your own document';
  static override readonly about =
    'Nobody reviews, revokes or reopens a document of their own, whatever their roles. Somebody else must do it.';

  constructor(standing: Standing) {
    super('Nobody decides about a document of their own', withStanding(standing));
  }
}

export class NotTheOwnerError extends ForbiddenError {
  static override readonly code: string = 'NOT_THE_OWNER';
  static override readonly title = 'Only for the owner';
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
    'Your earlier decision about this document was reopened. Somebody else must decide this time.';

  constructor(standing: Standing) {
    super('Your earlier decision was reopened: a different reviewer must decide', withStanding(standing));
  }
}
