import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '#libs/kernel';
import { type Checkpoint, parseCheckpoint, parseNote } from '#libs/tlog';

const DIGITS = 16;
const NAME = /^([0-9a-f]{16})-(\d{16})[.]checkpoint$/;

/** An anchor that cannot be read: what it says about the log is not known. */
export class AnchorError extends Error {
  override readonly name = 'AnchorError';
}

/**
 * What was published last, outside of the database: a database that comes back from a backup does not bring it back with
 * it. Each state is a file of its own, the signed checkpoint; the one of the largest log counts. So a leader that was
 * overtaken cannot set it back, and a write that is cut off leaves what was there.
 */
export class Anchor {
  private readonly prefix: string;

  /** Logs of different names have different anchors, in the same folder. */
  constructor(
    readonly directory: string,
    origin: string,
  ) {
    this.prefix = createHash('sha256').update(origin).digest('hex').slice(0, 16);
  }

  /** The largest state; null when none was ever kept here. Throws `AnchorError` for one that does not say what it should. */
  async read(): Promise<Checkpoint | null> {
    const largest = Math.max(...(await this.sizes()));
    if (largest < 0) return null;
    const path = this.path(largest);
    try {
      const checkpoint = parseCheckpoint(parseNote(await readFile(path, 'utf8')).text);
      if (checkpoint.size === largest) return checkpoint;
    } catch (cause) {
      throw new AnchorError(`The anchor ${path} cannot be read`, { cause });
    }
    throw new AnchorError(`The anchor ${path} belongs to a different size`);
  }

  /** Resolves when the note would survive the loss of power; then removes smaller ones. */
  async write(size: number, note: string): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const draft = join(this.directory, `.${this.prefix}-${randomBytes(6).toString('hex')}`);
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(note);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.path(size));
    await syncDirectory(this.directory);
    await this.removeBelow(size);
  }

  private async sizes(): Promise<number[]> {
    const names = await readdir(this.directory).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new AnchorError(`The anchor directory ${this.directory} cannot be read`, { cause: error });
    });
    return [-1, ...names.flatMap((name) => this.sizeOf(name) ?? [])];
  }

  private sizeOf(name: string): number | null {
    const [, prefix, digits] = NAME.exec(name) ?? [];
    return prefix === this.prefix ? Number(digits) : null;
  }

  /** One that is left over does no harm: the largest counts. */
  private async removeBelow(size: number): Promise<void> {
    const smaller = (await this.sizes()).filter((other) => other >= 0 && other < size);
    await Promise.all(smaller.map((other) => unlink(this.path(other)).catch(() => undefined)));
  }

  private path(size: number): string {
    return join(this.directory, `${this.prefix}-${String(size).padStart(DIGITS, '0')}.checkpoint`);
  }
}
