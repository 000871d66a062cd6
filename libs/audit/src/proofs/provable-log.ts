/** Identifies a decision about a document. */
export interface DecisionRef {
  readonly documentId: string;
  readonly decisionId: string;
}

/** The entry of a decision. */
export interface RecordedDecision {
  /** The bytes that are hashed; null for an unsealed entry of a release without leaves. */
  readonly leaf: Uint8Array | null;
  /** The inclusion proof as C2SP tlog-proof text; null until a signed checkpoint covers the leaf. */
  readonly receipt: string | null;
}

/** The index of a leaf, and its audit path to the root of the checkpoint (RFC 6962, section 2.1.1). */
export interface LeafProof {
  readonly index: number;
  readonly path: readonly Uint8Array[];
}

/** All leaves about a document at one checkpoint. Leaves and proofs are read in batches while they are sent. */
export interface LoggedEvidence {
  readonly decision: { readonly leaf: Uint8Array; readonly receipt: string };
  /** The signed note whose root all proofs lead to, and its number of leaves. */
  readonly checkpoint: string;
  readonly size: number;
  /** The verifier keys of the log, oldest first. A reader must get trust in them from another source. */
  readonly verifierKeys: readonly string[];
  /** The leaves of all entries about the document, oldest first. */
  leaves(): AsyncIterable<readonly Uint8Array[]>;
  /** The proofs of these leaves, in the same order. */
  proofs(): AsyncIterable<LeafProof>;
}

/**
 * Proves decisions to readers who trust neither the server nor its database. The caller must check first that the reader may
 * see the document.
 */
export abstract class ProvableLog {
  /** Null when the log has no such decision. Rejects if the receipt would not verify. */
  abstract findDecision(decision: DecisionRef): Promise<RecordedDecision | null>;

  /** Null until a checkpoint covers the decision. Call it outside a unit of work: the evidence is read while it is sent. */
  abstract findEvidence(decision: DecisionRef): Promise<LoggedEvidence | null>;

  /**
   * Resolves with true once a receipt is available, or with false after `ms`. Uses no database connection while it waits, so
   * call it outside a unit of work.
   */
  abstract waitUntilSealed(decision: DecisionRef, ms: number): Promise<boolean>;
}
