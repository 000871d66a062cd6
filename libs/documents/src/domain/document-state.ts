import { type DocumentStatus } from './document-status.js';

/** One upload: immutable bytes, named by their SHA-256 in lower-case hexadecimal. `Time` is text in reads. */
export interface DocumentVersion<Time = Date> {
  readonly number: number;
  readonly sha256: string;
  readonly size: number;
  /** How many bytes of the file follow the end of the document; null if it was uploaded before they were counted. */
  readonly trailingBytes: number | null;
  readonly mediaType: string;
  readonly fileName: string;
  readonly storageKey: string;
  readonly uploadedBy: string;
  readonly createdAt: Time;
}

export const DECISION_OUTCOMES = ['verified', 'rejected', 'changes_requested'] as const;
export type DecisionOutcome = (typeof DECISION_OUTCOMES)[number];

/**
 * A verdict on one version. Never edited; a later round supersedes it. `message` is for the owner, `note` is internal.
 */
export interface Decision<Time = Date> {
  readonly id: string;
  readonly reviewRound: number;
  readonly versionNumber: number;
  readonly versionSha256: string;
  readonly outcome: DecisionOutcome;
  readonly by: string;
  readonly at: Time;
  readonly reasonCode: string | null;
  readonly message: string | null;
  readonly note: string | null;
}

/** Who ended a verification, when and why. `message` is for the owner, `note` is internal. */
export interface Revocation<Time = Date> {
  readonly by: string;
  readonly at: Time;
  readonly reasonCode: string | null;
  readonly message: string | null;
  readonly note: string | null;
}

/** The reviewer, and the time until which no other reviewer may decide. */
export interface Claim<Time = Date> {
  readonly reviewerId: string;
  readonly until: Time;
}

/** How the owner describes the document. A decision applies to this description and to the bytes. */
export interface DocumentDescription {
  readonly title: string;
  readonly type: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The description in an upload; optional fields may be omitted. */
export type NewDescription = Pick<DocumentDescription, 'title' | 'type'> & Partial<DocumentDescription>;

/** The description of a new document, with the defaults of omitted fields. */
export function describeNew({ title, type, metadata = {} }: NewDescription): DocumentDescription {
  return { title, type, metadata };
}

/**
 * Everything a document is at one revision. A review round is the review of one version: it ends with at most one
 * decision, and a new version or a reopening begins the next one.
 */
export interface DocumentState<Time = Date> extends DocumentDescription {
  readonly id: string;
  readonly ownerId: string;
  readonly status: DocumentStatus;
  readonly version: DocumentVersion<Time>;
  readonly reviewRound: number;
  readonly claim: Claim<Time> | null;
  /** Reviewers whose decision was reopened: they may not decide about this document again. */
  readonly barredReviewers: readonly string[];
  readonly validUntil: Time | null;
  /** The decision of the current round. */
  readonly decision: Decision<Time> | null;
  readonly revision: number;
  readonly createdAt: Time;
  readonly updatedAt: Time;
}

/** What clients see of a document. */
export type ShownDocument<Time = Date> = Omit<DocumentState<Time>, 'version' | 'barredReviewers'> & {
  readonly version: Omit<DocumentVersion<Time>, 'storageKey' | 'uploadedBy' | 'createdAt'>;
};

export const HISTORY_ACTIONS = [
  'uploaded',
  'updated',
  'version_added',
  'claimed',
  'released',
  'lease_expired',
  'verified',
  'rejected',
  'changes_requested',
  'withdrawn',
  'revoked',
  'reopened',
  'expired',
] as const;
export type HistoryAction = (typeof HISTORY_ACTIONS)[number];

/** Why something was done. `message` is for the owner, `note` is internal. */
export interface Reason {
  readonly code: string | null;
  readonly message: string | null;
  readonly note: string | null;
}

export const NO_REASON: Reason = { code: null, message: null, note: null };

/** The result of one verb. It becomes one row of history, in the transaction of the change. */
export interface Transition {
  readonly action: HistoryAction;
  readonly from: DocumentStatus | null;
  /** Null for changes by a background job. */
  readonly by: string | null;
  readonly at: Date;
  readonly reason: Reason;
  /** The state after the change. */
  readonly to: DocumentState;
  readonly decision: Decision | null;
}

/** The revocation that a transition is; null for every other transition. */
export function revocationOf(transition: Transition | null): Revocation | null {
  if (transition?.action !== 'revoked' || transition.by === null) return null;
  const { at, by, reason } = transition;
  return { by, at, reasonCode: reason.code, message: reason.message, note: reason.note };
}

/** One row of history: it describes one revision of the document. */
export interface HistoryItem {
  readonly revision: number;
  readonly action: HistoryAction;
  readonly fromStatus: DocumentStatus | null;
  readonly toStatus: DocumentStatus;
  readonly version: number;
  readonly by: string | null;
  readonly at: Date;
  readonly reasonCode: string | null;
  readonly message: string | null;
  readonly note: string | null;
  readonly decisionId: string | null;
}
