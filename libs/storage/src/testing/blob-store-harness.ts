import { type BlobStore, type StageOptions } from '../blob-store.js';

/** Limits that no test reaches by accident. */
export const GENEROUS: StageOptions = { maxBytes: 1024 ** 3, idleTimeoutMs: 10_000 };

/** What an adapter brings to be tested. */
export interface BlobStoreHarness {
  /** A store of its own, empty, not yet initialised. */
  create(): Promise<BlobStore>;
  /** Another process's view of the same store, bound to it. */
  openAgain(store: BlobStore): Promise<BlobStore>;
  /** How many blobs exist, published or staged, whole or in part. */
  count(store: BlobStore): Promise<number>;
  dispose(): Promise<void>;
}
