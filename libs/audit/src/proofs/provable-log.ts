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

/** Where a leaf stands, and the hashes that lead from it to the root of the checkpoint (RFC 6962, section 2.1.1). */
export interface LeafProof {
  readonly index: number;
  readonly path: readonly Uint8Array[];
}

/** Everything that the log holds about a document at one checkpoint, read batch by batch while it is sent. */
export interface LoggedEvidence {
  readonly decision: { readonly leaf: Uint8Array; readonly receipt: string };
  /** The signed note that every proof leads to, and how many leaves it covers. */
  readonly checkpoint: string;
  readonly size: number;
  /** The verifier keys of the log, oldest first. For convenience: trust in them comes from elsewhere. */
  readonly verifierKeys: readonly string[];
  /** The leaves of all entries about the document, oldest first. */
  leaves(): AsyncIterable<readonly Uint8Array[]>;
  /** The proof of each of them, in the same order. */
  proofs(): AsyncIterable<LeafProof>;
}

/**
 * What the audit log can show to somebody who trusts neither the server nor its database. Implemented by the audit module.
 * Whether the reader may know about the document is for the caller to find out first.
 */
export abstract class ProvableLog {
  /** Null when the log holds no such decision. Fails rather than hand out a receipt that would not verify. */
  abstract findDecision(decision: DecisionRef): Promise<RecordedDecision | null>;

  /** Null until a checkpoint covers the decision. Read it after the unit of work, which it must not keep open. */
  abstract findEvidence(decision: DecisionRef): Promise<LoggedEvidence | null>;

  /**
   * Resolves with true once a receipt can be had, or with false after `ms`. Holds no connection of the database meanwhile,
   * so call it outside of a unit of work.
   */
  abstract waitUntilSealed(decision: DecisionRef, ms: number): Promise<boolean>;
}
