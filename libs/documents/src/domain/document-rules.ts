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

/** Whether a claim has run out: it is live until its last moment and then hinders nobody. */
export function leaseLapsed({ claim }: DocumentState, at: Date): boolean {
  return claim !== null && claim.until <= at;
}

/**
 * What must hold before somebody does something with a document, one method per rule. Each throws the error that names
 * the rule and the document's standing, or returns itself.
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

  /** Like `notClaimedByAnother`, but a claim that ran out still belongs to its holder. */
  holderIfClaimed(): this {
    const { claim } = this.document;
    if (claim && claim.reviewerId !== this.by) {
      throw new DocumentClaimedByAnotherError(this.standing(), claim.until);
    }
    return this;
  }

  /** Null trusts that nobody else could bring other bytes meanwhile. */
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
