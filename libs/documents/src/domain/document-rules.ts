import {
  ContentNotReadError,
  DifferentReviewerRequiredError,
  DocumentAlreadyDecidedError,
  DocumentClaimedByAnotherError,
  DocumentVersionChangedError,
  IllegalTransitionError,
  NotTheOwnerError,
  OwnDocumentError,
  type Standing,
} from './document.errors.js';
import { PreconditionRequiredError } from '#libs/kernel';
import { actionsOf, type Caller, holdsClaim, leaseLapsed } from './caller-actions.js';
import { DECISION_OUTCOMES, type DocumentState } from './document-state.js';
import { type DocumentAction, type DocumentStatus, legalActions } from './document-status.js';

const DECIDED: readonly DocumentStatus[] = DECISION_OUTCOMES;
const DECISIONS: readonly DocumentAction[] = ['verify', 'reject', 'request_changes'];

/**
 * The preconditions of the verbs, one method per rule. Each method returns `this`, or throws the error that names the
 * broken rule, the status of the document and what this caller may do instead.
 */
export class DocumentRules {
  constructor(
    private readonly document: DocumentState,
    private readonly caller: Caller,
    private readonly at: Date,
  ) {}

  byOwner(): this {
    if (this.document.ownerId !== this.caller.id) throw new NotTheOwnerError(this.standing());
    return this;
  }

  notByOwner(): this {
    if (this.document.ownerId === this.caller.id) throw new OwnDocumentError(this.standing());
    return this;
  }

  undecided(): this {
    if (DECIDED.includes(this.document.status)) throw new DocumentAlreadyDecidedError(this.standing());
    return this;
  }

  allows(action: DocumentAction): this {
    const { status } = this.document;
    if (!legalActions(status, leaseLapsed(this.document, this.at)).includes(action)) {
      throw new IllegalTransitionError(action, this.standing());
    }
    return this;
  }

  notBarred(): this {
    if (this.document.barredReviewers.includes(this.caller.id)) {
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
    if (claim && claim.reviewerId !== this.caller.id) {
      throw new DocumentClaimedByAnotherError(this.standing(), claim.until);
    }
    return this;
  }

  /** Null skips the check: `seen` ensures that the reviewer knows the version. */
  sameBytes(versionSha256: string | null): this {
    const { sha256 } = this.document.version;
    if (versionSha256 !== null && versionSha256 !== sha256) {
      throw new DocumentVersionChangedError(this.standing(), sha256);
    }
    return this;
  }

  /**
   * The reviewer has seen this revision: the request names it, or the reviewer's claim has kept the owner from changing the
   * document since.
   */
  seen(namesRevision: boolean): this {
    if (!namesRevision && !holdsClaim(this.document, this.caller.id, this.at)) {
      throw new PreconditionRequiredError(
        'A decision without a claim of your own needs If-Match with the ETag of the document that you reviewed',
      );
    }
    return this;
  }

  /** The bytes of the current version were delivered to the reviewer. Null skips the check. */
  delivered(files: readonly string[] | null): this {
    const { sha256 } = this.document.version;
    if (files === null || files.includes(sha256)) return this;
    const { status, legalActions: actions } = this.standing();
    const possible = actions.filter((action) => !DECISIONS.includes(action));
    throw new ContentNotReadError({ status, legalActions: possible }, sha256);
  }

  private standing(): Standing {
    const { status } = this.document;
    return { status, legalActions: actionsOf(this.caller, this.document, this.at) };
  }
}
