import { isDeepStrictEqual } from 'node:util';
import { ForbiddenError, newId, ValidationError } from '#libs/kernel';
import { type Caller, holdsClaim, leaseLapsed } from './caller-actions.js';
import { DocumentRules } from './document-rules.js';
import {
  type DecisionOutcome,
  describeNew,
  type DocumentDescription,
  type DocumentState,
  type DocumentVersion,
  type HistoryAction,
  type NewDescription,
  NO_REASON,
  type Reason,
  type Transition,
} from './document-state.js';
import { type GivenReason, reasonFor } from './reason-codes.js';

/** RFC 3339 cannot express later years. */
const LAST_YEAR = 9999;

/** What a decision applies to, and its message and note. */
export interface Verdict {
  /** Whether the request names the revision that the reviewer saw. If not, the reviewer must hold the claim. */
  readonly namesRevision: boolean;
  /** The SHA-256 of the files that were delivered to the reviewer. Null skips the check. */
  readonly delivered: readonly string[] | null;
  /** SHA-256 of the bytes that the reviewer looked at; must be the current version. Null skips the check. */
  readonly versionSha256: string | null;
  readonly message: string | null;
  readonly note: string | null;
}

/** A decision that requires a reason. */
export interface ReasonedVerdict extends Verdict, GivenReason {}

/** The bytes of a new version, already staged. */
export type NewVersion = Omit<DocumentVersion, 'number' | 'uploadedBy' | 'createdAt'>;

/**
 * A document and its rules: who may do what in which state. Each verb either changes the state, increases the revision by
 * 1 and returns the transition, or throws and changes nothing. Knows neither database nor roles: callers lock the row and
 * check permissions first.
 */
export class Document {
  private constructor(
    private current: DocumentState,
    private readonly permits: Caller['permits'],
  ) {}

  /** A stored document. `permits` states what the roles of the caller allow: refusals list only such actions. */
  static restore(state: DocumentState, permits: Caller['permits'] = () => true): Document {
    return new Document(state, permits);
  }

  /** A first upload: pending, version 1, revision 1. */
  static upload(
    id: string,
    by: string,
    at: Date,
    description: NewDescription,
    bytes: NewVersion,
  ): Transition {
    const to: DocumentState = {
      ...describeNew(description),
      id,
      ownerId: by,
      status: 'pending',
      version: { ...bytes, number: 1, uploadedBy: by, createdAt: at },
      reviewRound: 1,
      claim: null,
      barredReviewers: [],
      validUntil: null,
      decision: null,
      revision: 1,
      createdAt: at,
      updatedAt: at,
    };
    return { action: 'uploaded', from: null, by, at, reason: NO_REASON, to, decision: null };
  }

  get state(): DocumentState {
    return this.current;
  }

  /**
   * No other reviewer may decide until `until`. The holder extends the claim by claiming again, which does not change the
   * revision. `takeOver` also ends the claim of another reviewer; `allowed` states whether the caller has the permission
   * for that.
   */
  claim(by: string, at: Date, until: Date, takeOver: null | { allowed: boolean } = null): Transition {
    if (takeOver?.allowed === false)
      throw new ForbiddenError('Taking over a claim requires the permission review:reassign');
    const rules = this.rules(by, at).notByOwner().undecided().allows('claim').notBarred();
    if (!takeOver) rules.notClaimedByAnother();
    const claim = { reviewerId: by, until };
    if (!holdsClaim(this.current, by, at))
      return this.become('claimed', by, at, { status: 'in_review', claim });
    this.current = { ...this.current, claim };
    const { status } = this.current;
    return { action: 'claimed', from: status, by, at, reason: NO_REASON, to: this.current, decision: null };
  }

  /** Ends the claim. Only its holder may do this, also after it has expired. */
  release(by: string, at: Date): Transition {
    this.rules(by, at).allows('release').holderIfClaimed();
    return this.become('released', by, at, { status: 'pending', claim: null });
  }

  /** Accepts the document as authentic, until `validUntil` if given; it must be in the future. */
  verify(by: string, at: Date, verdict: Verdict, validUntil: Date | null = null): Transition {
    this.mayDecide('verify', by, at, verdict);
    if (validUntil && (validUntil <= at || validUntil.getUTCFullYear() > LAST_YEAR)) {
      throw new ValidationError('The date in validUntil is not valid', {
        errors: [
          {
            in: 'body',
            pointer: '/validUntil',
            detail: `must be in the future and no later than the year ${LAST_YEAR}`,
          },
        ],
      });
    }
    const reason = { code: null, message: verdict.message, note: verdict.note };
    return this.decide('verified', by, at, reason, validUntil);
  }

  /** Final: the owner cannot upload again. An admin may reopen it. */
  reject(by: string, at: Date, verdict: ReasonedVerdict): Transition {
    this.mayDecide('reject', by, at, verdict);
    return this.decide('rejected', by, at, reasonFor('reject', verdict));
  }

  /** Asks the owner for a new version. */
  requestChanges(by: string, at: Date, verdict: ReasonedVerdict): Transition {
    this.mayDecide('request_changes', by, at, verdict);
    return this.decide('changes_requested', by, at, reasonFor('request_changes', verdict));
  }

  /** The owner withdraws the document. Cannot be undone. */
  withdraw(by: string, at: Date): Transition {
    this.rules(by, at).byOwner().allows('withdraw');
    return this.become('withdrawn', by, at, { status: 'withdrawn', claim: null });
  }

  /** Ends a verification permanently. */
  revoke(by: string, at: Date, given: GivenReason): Transition {
    this.rules(by, at).notByOwner().allows('revoke');
    return this.become('revoked', by, at, { status: 'revoked' }, reasonFor('revoke', given));
  }

  /** Returns a rejected or revoked document to review. The reviewer whose decision it was may not decide again. */
  reopen(by: string, at: Date, given: GivenReason): Transition {
    this.rules(by, at).notByOwner().allows('reopen');
    const { id, barredReviewers, decision, reviewRound } = this.current;
    if (!decision) throw new Error(`Document ${id} is ${this.current.status} without a decision`);
    const next = {
      status: 'pending',
      reviewRound: reviewRound + 1,
      decision: null,
      validUntil: null,
      barredReviewers: [...new Set([...barredReviewers, decision.by])],
    } as const;
    return this.become('reopened', by, at, next, reasonFor('reopen', given));
  }

  /** Throws the error of `addVersion`, if any. */
  mayAddVersion(by: string, at: Date): void {
    this.rules(by, at).byOwner().allows('add_version');
  }

  /** The owner uploads a new version: a new review round begins, an expired verification ends. */
  addVersion(by: string, at: Date, bytes: NewVersion): Transition {
    this.mayAddVersion(by, at);
    return this.become('version_added', by, at, {
      status: 'pending',
      version: { ...bytes, number: this.current.version.number + 1, uploadedBy: by, createdAt: at },
      reviewRound: this.current.reviewRound + 1,
      claim: null,
      decision: null,
      validUntil: null,
    });
  }

  /**
   * The owner changes the description; null if nothing differs. An expired claim ends, because its holder saw the old
   * description.
   */
  edit(by: string, at: Date, changes: Partial<DocumentDescription>): Transition | null {
    this.rules(by, at).byOwner().allows('edit');
    const { status } = this.current;
    if (isDeepStrictEqual({ ...this.current, ...changes }, this.current)) return null;
    const next = {
      ...changes,
      status: status === 'in_review' ? 'pending' : status,
      claim: null,
    } as const;
    return this.become('updated', by, at, next);
  }

  /** A background job ends an expired claim. Null if there is no claim or it has not expired. */
  expireLease(at: Date): Transition | null {
    if (!leaseLapsed(this.current, at)) return null;
    return this.become('lease_expired', null, at, { status: 'pending', claim: null });
  }

  /** A background job ends a verification whose `validUntil` has passed. Null if it has not. */
  expire(at: Date): Transition | null {
    const { status, validUntil } = this.current;
    if (status !== 'verified' || !validUntil || validUntil > at) return null;
    return this.become('expired', null, at, { status: 'expired' });
  }

  private rules(by: string, at: Date): DocumentRules {
    return new DocumentRules(this.current, { id: by, permits: this.permits }, at);
  }

  private mayDecide(
    action: 'verify' | 'reject' | 'request_changes',
    by: string,
    at: Date,
    about: Verdict,
  ): void {
    this.rules(by, at)
      .notByOwner()
      .undecided()
      .allows(action)
      .notBarred()
      .notClaimedByAnother()
      .sameBytes(about.versionSha256)
      .seen(about.namesRevision)
      .delivered(about.delivered);
  }

  private decide(
    outcome: DecisionOutcome,
    by: string,
    at: Date,
    reason: Reason,
    validUntil: Date | null = null,
  ): Transition {
    const { reviewRound, version } = this.current;
    const decision = {
      id: newId(),
      reviewRound,
      versionNumber: version.number,
      versionSha256: version.sha256,
      outcome,
      by,
      at,
      reasonCode: reason.code,
      message: reason.message,
      note: reason.note,
    };
    const next = { status: outcome, claim: null, decision, validUntil };
    return { ...this.become(outcome, by, at, next, reason), decision };
  }

  private become(
    action: HistoryAction,
    by: string | null,
    at: Date,
    next: Partial<DocumentState>,
    reason = NO_REASON,
  ): Transition {
    const from = this.current.status;
    this.current = { ...this.current, ...next, revision: this.current.revision + 1, updatedAt: at };
    return { action, from, by, at, reason, to: this.current, decision: null };
  }
}
