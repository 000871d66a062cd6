import { type BlobStore, type StageOptions } from '../blob-store.js';

/** Limits that no test reaches unintentionally. */
export const GENEROUS: StageOptions = { maxBytes: 1024 ** 3, idleTimeoutMs: 10_000 };

/** What an adapter provides for the contract suite. */
export interface BlobStoreHarness {
  /** A new, empty store, not yet initialised. */
  create(): Promise<BlobStore>;
  /** A second instance of the same store, bound to it, as in another process. */
  openAgain(store: BlobStore): Promise<BlobStore>;
  /** The number of blobs, published or staged, whole or partial. */
  count(store: BlobStore): Promise<number>;
  dispose(): Promise<void>;
}
