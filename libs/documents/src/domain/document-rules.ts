import {
  DifferentReviewerRequiredError,
  DocumentAlreadyDecidedError,
  DocumentClaimedByAnotherError,
  DocumentVersionChangedError,
  IllegalTransitionError,
  NotTheOwnerError,
  OwnDocumentError,
  type Standing,
} from './document.errors.js';
import { DECISION_OUTCOMES, type DocumentState } from './document-state.js';
import { type DocumentAction, type DocumentStatus, legalActions } from './document-status.js';

const DECIDED: readonly DocumentStatus[] = DECISION_OUTCOMES;

/** Whether a claim has expired. At `until` it has: any reviewer may then claim or decide. */
export function leaseLapsed({ claim }: DocumentState, at: Date): boolean {
  return claim !== null && claim.until <= at;
}

/**
 * The preconditions of the verbs, one method per rule. Each method returns `this`, or throws the error that names the
 * broken rule, the status of the document and its legal actions.
 */
export class DocumentRules {
  constructor(
    private readonly document: DocumentState,
    private readonly by: string,
    private readonly at: Date,
  ) {}

  byOwner(): this {
    if (this.document.ownerId !== this.by) throw new NotTheOwnerError(this.standing());
    return this;
  }

  notByOwner(): this {
    if (this.document.ownerId === this.by) throw new OwnDocumentError(this.standing());
    return this;
  }

  undecided(): this {
    if (DECIDED.includes(this.document.status)) throw new DocumentAlreadyDecidedError(this.standing());
    return this;
  }

  allows(action: DocumentAction): this {
    const standing = this.standing();
    if (!standing.legalActions.includes(action)) throw new IllegalTransitionError(action, standing);
    return this;
  }

  notBarred(): this {
    if (this.document.barredReviewers.includes(this.by)) {
      throw new DifferentReviewerRequiredError(this.standing());
    }
    return this;
  }

  notClaimedByAnother(): this {
    return leaseLapsed(this.document, this.at) ? this : this.holderIfClaimed();
  }

  /** Like `notClaimedByAnother`, but an expired claim still belongs to its holder. */
  holderIfClaimed(): this {
    const { claim } = this.document;
    if (claim && claim.reviewerId !== this.by) {
      throw new DocumentClaimedByAnotherError(this.standing(), claim.until);
    }
    return this;
  }

  /** Null skips the check: while the reviewer holds the claim, the owner cannot upload a version. */
  sameBytes(versionSha256: string | null): this {
    const { sha256 } = this.document.version;
    if (versionSha256 !== null && versionSha256 !== sha256) {
      throw new DocumentVersionChangedError(this.standing(), sha256);
    }
    return this;
  }

  private standing(): Standing {
    const { status } = this.document;
    return { status, legalActions: legalActions(status, leaseLapsed(this.document, this.at)) };
  }
}
