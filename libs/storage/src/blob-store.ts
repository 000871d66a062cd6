import { type Readable } from 'node:stream';

export interface StageOptions {
  /** In bytes. The blob is refused at the first byte beyond. */
  readonly maxBytes: number;
  /** How long the store waits while the source sends less than 1 KiB. */
  readonly idleTimeoutMs: number;
  /** Aborts the staging with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The source does not use its chunks after passing them on: their memory may be freed once they are written. */
  readonly releaseChunks?: boolean;
  /** Sees each chunk, in order, before it is written. It must not keep the chunk. A throw refuses the blob. */
  readonly onChunk?: (chunk: Buffer) => void;
}

/** Durable bytes that no row references yet. */
export interface StagedBlob {
  /** A UUIDv7 that names the bytes. It reveals nothing about them and is not secret. */
  readonly key: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly size: number;
  /** The first bytes, at most 8 KiB. */
  readonly head: Buffer;
  /** The last bytes, at most 66 KiB. */
  readonly tail: Buffer;
}

/** Inclusive at both ends, as in HTTP (RFC 9110, section 14.1.2). */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** An open blob: later changes to the store do not affect its reads. The caller must close it. */
export interface OpenBlob {
  readonly size: number;
  /** Identifies this state of the stored file; a rewritten file has a different state. */
  readonly state: string;
  /** The bytes, or a range of them. Fails with `UnavailableError` when they cannot be read. */
  stream(range?: ByteRange): Readable;
  /** The SHA-256 of all bytes as they are stored now, in lower-case hexadecimal. */
  digest(): Promise<string>;
  /** At most `length` bytes from `start`; fewer only at the end. */
  bytes(start: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Which keys are referenced by rows. Asked when `publish` can no longer succeed for them. */
export interface References {
  /** Keys in committed rows. */
  readonly referenced: ReadonlySet<string>;
  /** Keys that a running transaction may still commit: ask again later. */
  readonly undecided: ReadonlySet<string>;
}

export interface SweepOptions {
  /**
   * Entries changed more recently are skipped. Must exceed the longest pause of an upload and the longest transaction.
   */
  readonly olderThanMs: number;
  readonly references: (keys: readonly string[]) => Promise<References>;
}

export interface SweepReport {
  /** Entries whose row is committed: the blob stays, the entry is removed. */
  readonly settled: number;
  /** Removed blobs that no row references. */
  readonly removed: number;
  /** Entries left for the next sweep. */
  readonly undecided: number;
}

/**
 * Stores bytes. A blob is staged (durable, unreferenced), then published (at its final place, still unreferenced), and
 * then referenced by the row that commits right after. Until `settle` it also has a staging entry, so a sweep after a
 * crash reads only staging entries. Published blobs never change.
 *
 * Errors are `AppError`s: 507 when space runs out, 503 for other failures of the store. An error of the source stream
 * is passed on unchanged.
 */
export abstract class BlobStore {
  /** The location for operators: a folder, or an address without credentials. */
  abstract readonly place: string;

  /** The id of the store, set by `initialise`; null if no store exists at its place. */
  abstract identity(): Promise<string | null>;

  /** Creates the store unless it exists. Resolves with its id; concurrent processes get the same id. */
  abstract initialise(id: string): Promise<string>;

  /** Sets the expected store. Until then, and when a different store is found, nothing is staged. */
  abstract bind(id: string): void;

  /** Rejects with `UnavailableError` unless the bound store is present and writable. */
  abstract check(): Promise<void>;

  /**
   * Streams the source to a durable staging entry and hashes it, with about 0.5 MiB in memory. Refuses with 413 beyond
   * `maxBytes`, 408 when the source idles, 507 when free space is below the watermark. On any error the entry is
   * removed and the source destroyed.
   */
  abstract stage(source: Readable, options: StageOptions): Promise<StagedBlob>;

  abstract openStaged(key: string): Promise<OpenBlob>;

  /**
   * Moves a staged blob to its final place, durably. Call it inside the transaction right before the commit, so that
   * no committed row lacks its blob. Rejects with `UnavailableError` if a sweeper took the entry. Idempotent.
   */
  abstract publish(key: string): Promise<void>;

  /** Removes the staging entry of a blob whose row is committed. Idempotent; if it is lost, a sweep does the same. */
  abstract settle(key: string): Promise<void>;

  /** Removes a blob, published or not, that no row references or will reference. */
  abstract discard(key: string): Promise<void>;

  /**
   * Opens a published blob. Rejects with `UnavailableError` if it is missing, because callers pass keys of existing
   * rows.
   */
  abstract open(key: string): Promise<OpenBlob>;

  /**
   * For each old staging entry: makes `publish` fail for it, asks whether a row references it, then settles or removes
   * it. Safe beside uploads and other sweepers, whatever the clocks say: an upload that pauses too long fails in
   * `publish`, but no committed row loses its blob.
   */
  abstract sweep(options: SweepOptions): Promise<SweepReport>;
}
