import { createHash } from 'node:crypto';
import { type FileHandle } from 'node:fs/promises';
import { type Readable } from 'node:stream';
import { PayloadTooLargeError, RequestTimeoutError } from '#libs/kernel';
import { type StagedBlob, type StageOptions } from '../blob-store.js';
import { onDisk } from './disk-errors.js';
import { type FreeSpace } from './free-space.js';
import { TailBuffer } from './tail-buffer.js';

const BATCH_BYTES = 512 * 1024;
/** A slow source is flushed at least this often, so that a sweeper sees recent activity. */
const BATCH_MS = 5000;
const HEAD_BYTES = 8192;
/** Bytes at the end that file type detection needs: archives have their directory there. */
const TAIL_BYTES = 66 * 1024;
const PROGRESS_BYTES = 1024;
/** Larger than any buffer that a parser keeps, such as the boundary of a form, which a header of 16 KiB carries. */
const RELEASED_BYTES = 32 * 1024;

/** Copies one source to one file in batches. The source waits while the disk writes (backpressure). */
export class StagingWriter {
  private readonly hash = createHash('sha256');
  private readonly head: Buffer[] = [];
  private readonly last = new TailBuffer(TAIL_BYTES);
  private batch: Buffer[] = [];
  private batched = 0;
  private size = 0;

  /** Reserves `space` before each batch. */
  constructor(
    private readonly file: FileHandle,
    private readonly space: Pick<FreeSpace, 'reserve'>,
  ) {}

  async copy(source: Readable, options: StageOptions): Promise<Omit<StagedBlob, 'key'>> {
    // The iteration below receives the error; without a listener an early error would end the process.
    source.on('error', ignore);
    const abort = () => source.destroy(reasonOf(options.signal));
    if (options.signal?.aborted) abort();
    options.signal?.addEventListener('abort', abort, { once: true });
    let progress = 0;
    let writing = false;
    const idle = setTimeout(() => {
      if (writing) idle.refresh();
      else source.destroy(new RequestTimeoutError('The upload stalled: no data arrived in time'));
    }, options.idleTimeoutMs);
    let flushedAt = performance.now();
    try {
      for await (const chunk of source) {
        this.take(chunk as Buffer, options);
        progress += (chunk as Buffer).length;
        if (this.batched >= BATCH_BYTES || performance.now() - flushedAt > BATCH_MS) {
          writing = true;
          await this.flush(options);
          writing = false;
          flushedAt = performance.now();
        }
        if (progress >= PROGRESS_BYTES) {
          progress = 0;
          idle.refresh();
        }
      }
    } catch (error) {
      source.destroy();
      throw error;
    } finally {
      clearTimeout(idle);
      options.signal?.removeEventListener('abort', abort);
    }
    await this.flush(options);
    return {
      sha256: this.hash.digest('hex'),
      size: this.size,
      head: Buffer.concat(this.head),
      tail: this.last.bytes(),
    };
  }

  private take(chunk: Buffer, { maxBytes, onChunk }: StageOptions): void {
    if (this.size + chunk.length > maxBytes) {
      throw new PayloadTooLargeError(`The file is larger than the limit of ${maxBytes} bytes`);
    }
    onChunk?.(chunk);
    if (this.size < HEAD_BYTES) this.head.push(Buffer.from(chunk.subarray(0, HEAD_BYTES - this.size)));
    this.size += chunk.length;
    this.batched += chunk.length;
    this.batch.push(chunk);
  }

  private async flush({ releaseChunks = false }: StageOptions): Promise<void> {
    const { batch } = this;
    if (batch.length === 0) return;
    await onDisk(async () => {
      await this.space.reserve(this.batched);
      const written = writeFully(this.file, batch);
      // Hash while the disk writes.
      for (const chunk of batch) this.hash.update(chunk);
      this.last.take(batch);
      await written;
    });
    if (releaseChunks) batch.forEach(release);
    this.batch = [];
    this.batched = 0;
  }
}

/**
 * Frees the memory of a chunk at once. The garbage collector frees it only after tens of MiB, with a full mark each
 * time, which halves the throughput of a large upload.
 */
function release({ buffer, byteLength }: Buffer): void {
  if (byteLength >= RELEASED_BYTES && byteLength === buffer.byteLength && 'transfer' in buffer)
    buffer.transfer(0);
}

/** A full disk accepts part of a write without an error; only the next write fails. */
async function writeFully(file: FileHandle, chunks: readonly Buffer[]): Promise<void> {
  let rest = chunks;
  while (rest.length > 0) {
    let { bytesWritten } = await file.writev(rest);
    let whole = 0;
    for (; whole < rest.length && bytesWritten >= (rest[whole]?.length ?? 0); whole++) {
      bytesWritten -= rest[whole]?.length ?? 0;
    }
    const [first, ...others] = rest.slice(whole);
    rest = first ? [first.subarray(bytesWritten), ...others] : [];
  }
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason !== null && typeof reason === 'object'
    ? (reason as Error)
    : new Error('The upload was aborted');
}

function ignore(): void {
  // See the comment where it is attached.
}
