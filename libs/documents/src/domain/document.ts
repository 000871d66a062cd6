import { isDeepStrictEqual } from 'node:util';
import { ForbiddenError, newId, ValidationError } from '#libs/kernel';
import { DocumentRules, leaseLapsed } from './document-rules.js';
import {
  type DecisionOutcome,
  type DocumentDescription,
  type DocumentState,
  type DocumentVersion,
  type HistoryAction,
  NO_REASON,
  type Reason,
  type Transition,
} from './document-state.js';
import { type GivenReason, reasonFor } from './reason-codes.js';

/** Later ones have no form in RFC 3339. */
const LAST_YEAR = 9999;

/** What a decision is about and what it says besides its outcome. */
export interface Verdict {
  /** The bytes the reviewer looked at; refused unless they are the current version's. Null trusts the claim. */
  readonly versionSha256: string | null;
  readonly message: string | null;
  readonly note: string | null;
}

/** A decision that must say why. */
export interface ReasonedVerdict extends Verdict, GivenReason {}

/** The bytes of a new version, already staged. */
export type NewVersion = Omit<DocumentVersion, 'number' | 'uploadedBy' | 'createdAt'>;

/**
 * A document and the rules about it: who may do what in which state. Each verb either changes the state, adds one to
 * the revision and returns what happened, or throws and changes nothing. Knows no database and no roles: callers lock
 * the row first and check permissions before.
 */
export class Document {
  private constructor(private current: DocumentState) {}

  /** A document as it was stored. */
  static restore(state: DocumentState): Document {
    return new Document(state);
  }

  /** A first upload: pending, version 1, revision 1. */
  static upload(
    id: string,
    by: string,
    at: Date,
    description: DocumentDescription,
    bytes: NewVersion,
  ): Transition {
    const to: DocumentState = {
      ...description,
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
   * Nobody else may decide until `until`. The holder renews by claiming again; `takeOver` also ends somebody else's live
   * claim and is for those who may reassign.
   */
  claim(by: string, at: Date, until: Date, takeOver: null | { allowed: boolean } = null): Transition {
    if (takeOver?.allowed === false)
      throw new ForbiddenError('Taking over a claim requires the permission review:reassign');
    const rules = this.rules(by, at).notByOwner().undecided().allows('claim').notBarred();
    if (!takeOver) rules.notClaimedByAnother();
    return this.become('claimed', by, at, { status: 'in_review', claim: { reviewerId: by, until } });
  }

  /** Gives the claim back; only its holder can, even after it ran out. */
  release(by: string, at: Date): Transition {
    this.rules(by, at).allows('release').holderIfClaimed();
    return this.become('released', by, at, { status: 'pending', claim: null });
  }

  /** Says that these bytes are what they claim to be, until `validUntil` if given, which must lie ahead. */
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

  /** Not final: asks the owner for another version. */
  requestChanges(by: string, at: Date, verdict: ReasonedVerdict): Transition {
    this.mayDecide('request_changes', by, at, verdict);
    return this.decide('changes_requested', by, at, reasonFor('request_changes', verdict));
  }

  /** The owner takes the document back, for good. */
  withdraw(by: string, at: Date): Transition {
    this.rules(by, at).byOwner().allows('withdraw');
    return this.become('withdrawn', by, at, { status: 'withdrawn', claim: null });
  }

  /** Ends a verification for good. */
  revoke(by: string, at: Date, given: GivenReason): Transition {
    this.rules(by, at).notByOwner().allows('revoke');
    return this.become('revoked', by, at, { status: 'revoked' }, reasonFor('revoke', given));
  }

  /** A rejection goes back to review, by somebody other than whoever made it. */
  reopen(by: string, at: Date, given: GivenReason): Transition {
    this.rules(by, at).notByOwner().allows('reopen');
    const { id, barredReviewers, decision, reviewRound } = this.current;
    if (!decision) throw new Error(`Document ${id} is rejected without a decision`);
    const next = {
      status: 'pending',
      reviewRound: reviewRound + 1,
      decision: null,
      barredReviewers: [...new Set([...barredReviewers, decision.by])],
    } as const;
    return this.become('reopened', by, at, next, reasonFor('reopen', given));
  }

  /** The owner brings other bytes: a new review round begins, an expired verification ends. */
  addVersion(by: string, at: Date, bytes: NewVersion): Transition {
    this.rules(by, at).byOwner().allows('add_version');
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
   * The owner describes the document anew; null when nothing is different. A claim that ran out ends, since its holder
   * looked at another description.
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

  /** The clock returns a claim that ran out. Null while it is live, or when there is none. */
  expireLease(at: Date): Transition | null {
    if (!leaseLapsed(this.current, at)) return null;
    return this.become('lease_expired', null, at, { status: 'pending', claim: null });
  }

  /** The clock ends a verification whose date has passed. Null when it has not. */
  expire(at: Date): Transition | null {
    const { status, validUntil } = this.current;
    if (status !== 'verified' || !validUntil || validUntil > at) return null;
    return this.become('expired', null, at, { status: 'expired' });
  }

  private rules(by: string, at: Date): DocumentRules {
    return new DocumentRules(this.current, by, at);
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
      .sameBytes(about.versionSha256);
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
