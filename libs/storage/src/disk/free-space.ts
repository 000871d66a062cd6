import { statfs } from 'node:fs/promises';
import { InsufficientStorageError } from '#libs/kernel';
import { onDisk } from './disk-errors.js';
import { CoalescedRun } from './coalesced-run.js';

/** How many bytes all uploads together may write between two checks. */
const RECHECK_BYTES = 16 * 1024 ** 2;
/** How long an upload that is on its way believes an answer: others write to the same disk. */
const TTL_MS = 100;

/** The reserve that uploads must not eat, checkedAt at for all of them together. */
export class FreeSpace {
  private checkedAt = -Infinity;
  private bytesSinceCheck = 0;
  private isEnough = false;
  private readonly checks = new CoalescedRun(() => this.check());

  /** `freeBytes` checks; it rejects with an `AppError` where it cannot. */
  constructor(
    private readonly freeBytes: () => Promise<number>,
    private readonly minFreeBytes: number,
    private readonly now = (): number => performance.now(),
  ) {}

  /** To be asked when an upload begins: by a look that begins after that. Rejects with `InsufficientStorageError`. */
  async admitUpload(): Promise<void> {
    await this.checks.run();
    if (!this.isEnough) throw new InsufficientStorageError();
  }

  /** To be asked before so many bytes are written. Rejects with `InsufficientStorageError` once too little is free. */
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

/** What a process without privileges may still write to the file system of a folder. */
export async function freeBytesAt(directory: string): Promise<number> {
  const { bavail, bsize } = await onDisk(() => statfs(directory));
  return bavail * bsize;
}
