import { statfs } from 'node:fs/promises';
import { InsufficientStorageError } from '#libs/kernel';
import { onDisk } from './disk-errors.js';
import { CoalescedRun } from './coalesced-run.js';

/** Bytes that all uploads together may write between two checks. */
const RECHECK_BYTES = 16 * 1024 ** 2;
/** How long a running upload may rely on a check: other programs write to the same disk. */
const TTL_MS = 100;

/** Keeps `minFreeBytes` of the disk free; all uploads share its checks. */
export class FreeSpace {
  private checkedAt = -Infinity;
  private bytesSinceCheck = 0;
  private isEnough = false;
  private readonly checks = new CoalescedRun(() => this.check());

  /** `freeBytes` rejects with an `AppError` if the free space is unknown. */
  constructor(
    private readonly freeBytes: () => Promise<number>,
    private readonly minFreeBytes: number,
    private readonly now = (): number => performance.now(),
  ) {}

  /**
   * Call it when an upload begins; waits for a check that starts after the call. Rejects with
   * `InsufficientStorageError`.
   */
  async admitUpload(): Promise<void> {
    await this.checks.run();
    if (!this.isEnough) throw new InsufficientStorageError();
  }

  /** Call it before writing `bytes`. Rejects with `InsufficientStorageError` if too little is free. */
  async reserve(bytes: number): Promise<void> {
    this.bytesSinceCheck += bytes;
    if (this.bytesSinceCheck >= RECHECK_BYTES || this.now() - this.checkedAt > TTL_MS)
      await this.checks.run();
    if (!this.isEnough) throw new InsufficientStorageError();
  }

  private async check(): Promise<void> {
    this.bytesSinceCheck = 0;
    this.isEnough = (await this.freeBytes()) >= this.minFreeBytes;
    this.checkedAt = this.now();
  }
}

/** Free bytes for unprivileged processes on the file system of a folder. */
export async function freeBytesAt(directory: string): Promise<number> {
  const { bavail, bsize } = await onDisk(() => statfs(directory));
  return bavail * bsize;
}
