import { statfs } from 'node:fs/promises';
import { InsufficientStorageError } from '#libs/kernel';
import { onDisk } from './disk-errors.js';

/** How many bytes all uploads together may write between two looks. */
const STEP_BYTES = 16 * 1024 ** 2;
/** How long an upload that is on its way believes an answer: others write to the same disk. */
const BELIEVED_MS = 100;

/** The reserve that uploads must not eat, looked at for all of them together. */
export class FreeSpace {
  private looked = -Infinity;
  private sinceLook = 0;
  private enough = false;
  private looking: Promise<void> | null = null;

  constructor(
    private readonly directory: string,
    private readonly minFreeBytes: number,
  ) {}

  /** To be asked when an upload begins: by what the disk says now. Rejects with `InsufficientStorageError`. */
  async begin(): Promise<void> {
    await this.lookTogether();
    if (!this.enough) throw new InsufficientStorageError();
  }

  /** To be asked before so many bytes are written. Rejects with `InsufficientStorageError` once too little is free. */
  async take(bytes: number): Promise<void> {
    this.sinceLook += bytes;
    if (this.sinceLook >= STEP_BYTES || performance.now() - this.looked > BELIEVED_MS)
      await this.lookTogether();
    if (!this.enough) throw new InsufficientStorageError();
  }

  /** One look for all who ask at the same time. */
  private lookTogether(): Promise<void> {
    return (this.looking ??= this.look().finally(() => (this.looking = null)));
  }

  private async look(): Promise<void> {
    this.sinceLook = 0;
    const { bavail, bsize } = await onDisk(() => statfs(this.directory));
    this.enough = bavail * bsize >= this.minFreeBytes;
    this.looked = performance.now();
  }
}
