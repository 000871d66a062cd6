import { statfs } from 'node:fs/promises';
import { InsufficientStorageError } from '#libs/kernel';
import { onDisk } from './disk-errors.js';
import { SharedRun } from './shared-run.js';

/** How many bytes all uploads together may write between two looks. */
const STEP_BYTES = 16 * 1024 ** 2;
/** How long an upload that is on its way believes an answer: others write to the same disk. */
const BELIEVED_MS = 100;

/** The reserve that uploads must not eat, looked at for all of them together. */
export class FreeSpace {
  private looked = -Infinity;
  private sinceLook = 0;
  private enough = false;
  private readonly looks = new SharedRun(() => this.look());

  /** `freeBytes` looks; it rejects with an `AppError` where it cannot. */
  constructor(
    private readonly freeBytes: () => Promise<number>,
    private readonly minFreeBytes: number,
    private readonly now = (): number => performance.now(),
  ) {}

  /** To be asked when an upload begins: by a look that begins after that. Rejects with `InsufficientStorageError`. */
  async begin(): Promise<void> {
    await this.looks.run();
    if (!this.enough) throw new InsufficientStorageError();
  }

  /** To be asked before so many bytes are written. Rejects with `InsufficientStorageError` once too little is free. */
  async take(bytes: number): Promise<void> {
    this.sinceLook += bytes;
    if (this.sinceLook >= STEP_BYTES || this.now() - this.looked > BELIEVED_MS) await this.looks.run();
    if (!this.enough) throw new InsufficientStorageError();
  }

  private async look(): Promise<void> {
    this.sinceLook = 0;
    this.enough = (await this.freeBytes()) >= this.minFreeBytes;
    this.looked = this.now();
  }
}

/** What a process without privileges may still write to the file system of a folder. */
export async function freeBytesAt(directory: string): Promise<number> {
  const { bavail, bsize } = await onDisk(() => statfs(directory));
  return bavail * bsize;
}
