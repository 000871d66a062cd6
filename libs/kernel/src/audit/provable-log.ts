/** Which decision: it is about a document, and both have an id. */
export interface DecisionRef {
  readonly documentId: string;
  readonly decisionId: string;
}

/** How a decision stands in the log. */
export interface RecordedDecision {
  /** The exact bytes that are hashed; null for an entry of a release without leaves, until it is sealed. */
  readonly leaf: Uint8Array | null;
  /** The proof that the leaf is in the log, as C2SP tlog-proof text; null until a signed checkpoint covers it. */
  readonly receipt: string | null;
}

/**
 * What the audit log can show to somebody who trusts neither the server nor its database. Implemented by the audit module.
 * Whether the reader may know about the document is for the caller to find out first.
 */
export abstract class ProvableLog {
  /** Null when the log holds no such decision. Fails rather than hand out a receipt that would not verify. */
  abstract findDecision(decision: DecisionRef): Promise<RecordedDecision | null>;

  /**
   * Resolves with true once a receipt can be had, or with false after `ms`. Holds no connection of the database meanwhile,
   * so call it outside of a unit of work.
   */
  abstract untilSealed(decision: DecisionRef, ms: number): Promise<boolean>;
}
