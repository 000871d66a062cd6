import { type Readable } from 'node:stream';

export interface StageOptions {
  /** The blob is refused at the first byte beyond. */
  readonly maxBytes: number;
  /** How long the source may make no progress worth the name (1 KiB) while the store waits for it. */
  readonly idleTimeoutMs: number;
  /** Ends the staging with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The chunks of the source belong to nobody else: their memory may be freed, not only forgotten, once they are written. */
  readonly releaseChunks?: boolean;
}

/** Bytes that are durable but belong to nobody yet. */
export interface StagedBlob {
  /** A UUIDv7: where the bytes are kept. Says nothing about them and is no secret. */
  readonly key: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly size: number;
  /** The first bytes, at most 8 KiB. */
  readonly head: Buffer;
  /** The last bytes, at most 66 KiB. */
  readonly tail: Buffer;
}

/** Both ends belong to the range, as in HTTP (RFC 9110, section 14.1.2). */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A blob that is held open: later changes to the store do not touch what it reads. Close it. */
export interface OpenBlob {
  readonly size: number;
  /** Names this state of the stored file: a rewritten one has another. */
  readonly state: string;
  /** The bytes, or a range of them. Fails with `UnavailableError` when they cannot be read. */
  stream(range?: ByteRange): Readable;
  /** The SHA-256 of all bytes as they are stored now, in lower-case hexadecimal. */
  digest(): Promise<string>;
  /** At most `length` bytes from `start`; fewer only at the end. */
  bytes(start: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** What the owner of the rows knows about keys, asked after nobody can publish them any more. */
export interface References {
  /** A committed row names the key. */
  readonly referenced: ReadonlySet<string>;
  /** A transaction that may commit such a row is still running: ask again later. */
  readonly undecided: ReadonlySet<string>;
}

export interface SweepOptions {
  /** Entries touched more recently are left alone: longer than any upload may pause and any transaction may last. */
  readonly olderThanMs: number;
  readonly references: (keys: readonly string[]) => Promise<References>;
}

export interface SweepReport {
  /** Entries whose row was committed: the blob stays, only the entry is gone. */
  readonly settled: number;
  /** Blobs that belonged to nothing. */
  readonly removed: number;
  /** Entries left for the next sweep. */
  readonly undecided: number;
}

/**
 * Where bytes live. A blob is staged (durable, nobody's), published (at its final place, still nobody's), and belongs to
 * the row that commits right after. Until `settle` it also has a staging entry, so that entry is the only place where a
 * sweeper needs to look for what a crash left behind. Published blobs never change.
 *
 * Failures are `AppError`s: 507 when there is no room, 503 for everything else that is the store's own fault. An error of
 * the source stream is passed on as it is.
 */
export abstract class BlobStore {
  /** Where it is, for operators: a folder, or an address without credentials. */
  abstract readonly place: string;

  /** The id that the store was given when it was made; null when there is no store at its place. */
  abstract identity(): Promise<string | null>;

  /** Makes the store unless there is one; resolves with the id it has. Processes that start together get the same one. */
  abstract initialise(id: string): Promise<string>;

  /** Says which store this process works with. Before, and when another is found in its place, nothing is staged. */
  abstract bind(id: string): void;

  /** Rejects with `UnavailableError` unless the store that was bound is there and can be written. */
  abstract check(): Promise<void>;

  /**
   * Streams the source to a durable staging entry, hashing on the way, about half a MiB of it in memory.
   * Refuses with 413 at the byte beyond `maxBytes`, 408 when the source idles, 507 when less than the watermark is free.
   * Whatever goes wrong, nothing stays behind and the source is destroyed.
   */
  abstract stage(source: Readable, options: StageOptions): Promise<StagedBlob>;

  abstract openStaged(key: string): Promise<OpenBlob>;

  /**
   * Puts a staged blob at its final place, durably. Call it inside the transaction, right before its commit, so that no
   * committed row ever lacks its blob. Rejects with `UnavailableError` when a sweeper was faster. May be repeated.
   */
  abstract publish(key: string): Promise<void>;

  /** Forgets the staging entry of a blob whose row is committed. May be repeated, or be lost: a sweep does the same. */
  abstract settle(key: string): Promise<void>;

  /** Removes a blob that no row names and none ever will, published or not. */
  abstract discard(key: string): Promise<void>;

  /** Opens a published blob. Rejects with `UnavailableError` when it is not there: a row that names it exists. */
  abstract open(key: string): Promise<OpenBlob>;

  /**
   * Looks at every staging entry that is old enough: takes it out of the reach of `publish`, asks whether a row names it,
   * and then settles or removes it. Safe beside uploads and other sweepers of any process, whatever the clocks say: an
   * upload that pauses for too long fails in `publish`, but no committed row loses its blob.
   */
  abstract sweep(options: SweepOptions): Promise<SweepReport>;
}
