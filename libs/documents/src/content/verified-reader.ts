import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { MeasuredCache, Metrics } from '#libs/observability';
import { BlobStore, type ByteRange, type OpenBlob } from '#libs/storage';
import { ContentDamagedError } from './content.errors.js';

const MIB = 1024 ** 2;
/** A blob up to this size is read into memory, checked and sent from there. */
const IN_MEMORY_BYTES = MIB;
/** A blob up to this size is checked before its first byte is sent; a larger one while it is sent. */
const CHECK_FIRST_BYTES = 64 * MIB;
/** A range is checked only for blobs up to this size: clients would not wait for the check of a larger one. */
const CHECK_FOR_RANGE_BYTES = 4096 * MIB;
const CACHED_CHECKS = 1000;
const CACHED_MS = 60_000;
const READ_BYTES = 128 * 1024;

/** The expected hash and size of a stored blob. */
export interface ExpectedContent {
  readonly storageKey: string;
  readonly sha256: string;
  readonly size: number;
}

/**
 * Reads blobs and detects damaged ones:
 * - up to 64 MiB, and for ranges up to 4 GiB, the hash is compared before the first byte: `ContentDamagedError`;
 * - a larger blob is hashed while it is sent; when the hash differs, its last bytes are never sent and the connection
 *   is closed, so that the client sees an incomplete response;
 * - a range of more than 4 GiB is sent unchecked: compare with `Repr-Digest` after reading all of it.
 *
 * The result of a check is cached for 60 s, as long as the change time of the file stays the same: damage by the disk can
 * stay undetected during that time.
 */
@Injectable()
export class VerifiedReader {
  private readonly logger = new Logger(VerifiedReader.name);
  /** The state of each blob at its last check, by key. */
  private readonly checked: MeasuredCache<string>;
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly store: BlobStore,
    metrics: Metrics,
  ) {
    this.checked = new MeasuredCache(
      { name: 'checked_content', max: CACHED_CHECKS, ttlMs: CACHED_MS },
      metrics,
    );
  }

  /** Checks the whole blob. Throws `ContentDamagedError`, or `UnavailableError` if the blob cannot be read. */
  async verify(expected: ExpectedContent): Promise<void> {
    const blob = await this.open(expected);
    try {
      await this.compare(blob, expected);
    } finally {
      await blob.close();
    }
  }

  /** Throws like `verify`, but checks only that the blob exists and has the expected size. */
  async probe(expected: ExpectedContent): Promise<void> {
    await (await this.open(expected)).close();
  }

  /** The bytes, or a range of them. Destroy the stream if it is not read to its end. */
  async read(expected: ExpectedContent, range: ByteRange | null): Promise<Readable> {
    const blob = await this.open(expected);
    try {
      if (expected.size <= IN_MEMORY_BYTES) return await this.fromMemory(blob, expected, range);
      const checkFirst = range ? CHECK_FOR_RANGE_BYTES : CHECK_FIRST_BYTES;
      if (expected.size <= checkFirst) await this.ensureChecked(blob, expected);
      const stream =
        range || expected.size <= checkFirst
          ? blob.stream(range ?? undefined)
          : Readable.from(this.checkedWhileSent(blob, expected), { objectMode: false });
      // `close` is emitted after the end, after an error, and if the stream is destroyed unread.
      stream.once('close', () => void blob.close().catch(() => undefined));
      return stream;
    } catch (error) {
      await blob.close();
      throw error;
    }
  }

  private async open(expected: ExpectedContent): Promise<OpenBlob> {
    const blob = await this.store.open(expected.storageKey);
    if (blob.size === expected.size) return blob;
    await blob.close();
    throw this.damaged(expected, `it has ${blob.size} bytes instead of ${expected.size}`);
  }

  private async fromMemory(
    blob: OpenBlob,
    expected: ExpectedContent,
    range: ByteRange | null,
  ): Promise<Readable> {
    const bytes = await blob.bytes(0, expected.size);
    this.mustEqual(createHash('sha256').update(bytes).digest('hex'), expected);
    await blob.close();
    return Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes], { objectMode: false });
  }

  /** Checks the blob unless the result is cached. Concurrent calls share one check. */
  private async ensureChecked(blob: OpenBlob, expected: ExpectedContent): Promise<void> {
    if (this.checked.get(expected.storageKey, (state) => state === blob.state) !== null) return;
    const name = `${expected.storageKey} ${blob.state}`;
    const comparison =
      this.running.get(name) ?? this.compare(blob, expected).finally(() => this.running.delete(name));
    this.running.set(name, comparison);
    await comparison;
    this.checked.set(expected.storageKey, blob.state);
  }

  private async compare(blob: OpenBlob, expected: ExpectedContent): Promise<void> {
    this.mustEqual(await blob.digest(), expected);
  }

  private async *checkedWhileSent(blob: OpenBlob, expected: ExpectedContent): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    let held: Buffer | null = null;
    for (let position = 0; position < blob.size; position += READ_BYTES) {
      if (held) yield held;
      held = await blob.bytes(position, READ_BYTES);
      hash.update(held);
    }
    this.mustEqual(hash.digest('hex'), expected);
    if (held) yield held;
  }

  private mustEqual(sha256: string, expected: ExpectedContent): void {
    if (sha256 !== expected.sha256) throw this.damaged(expected, `its SHA-256 is ${sha256}`);
  }

  private damaged({ storageKey, sha256 }: ExpectedContent, what: string): ContentDamagedError {
    const message = `The blob ${storageKey} of SHA-256 ${sha256} is damaged: ${what}. Restore it from a backup.`;
    this.logger.error(message);
    return new ContentDamagedError({ cause: new Error(message) });
  }
}
