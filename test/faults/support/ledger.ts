import { closeSync, fdatasync, openSync, write } from 'node:fs';
import { promisify } from 'node:util';

const writeTo = promisify(write) as (fd: number, text: string) => Promise<unknown>;
const syncTo = promisify(fdatasync);

/**
 * The requests of an experiment's clients and their responses, on disk before the client acts on them: an acknowledgement
 * counts once its line is synced. Lines that arrive together share one sync.
 */
export class Ledger {
  private readonly file: number;
  private waiting: string[] = [];
  private flushing: Promise<void> | null = null;

  constructor(path: string) {
    this.file = openSync(path, 'a');
  }

  /** Resolves when the line is on the disk. */
  async write(line: Readonly<Record<string, unknown>>): Promise<void> {
    this.waiting.push(`${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`);
    // A flush that is running may have missed the line; the next flush includes it.
    await this.flushing;
    if (this.waiting.length > 0) await (this.flushing ??= this.flush());
    else await this.flushing;
  }

  close(): void {
    closeSync(this.file);
  }

  private async flush(): Promise<void> {
    const lines = this.waiting.splice(0).join('');
    try {
      await writeTo(this.file, lines);
      await syncTo(this.file);
    } finally {
      this.flushing = null;
    }
  }
}
