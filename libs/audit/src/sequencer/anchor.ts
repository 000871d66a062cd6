import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '#libs/kernel';
import { type Checkpoint, parseCheckpoint, parseNote } from '#libs/tlog';

const DIGITS = 16;
const NAME = /^([0-9a-f]{16})-(\d{16})[.]checkpoint$/;

/** The anchor exists but cannot be read. */
export class AnchorError extends Error {
  override readonly name = 'AnchorError';
}

/**
 * The last published checkpoint, stored outside the database, so that restoring a database backup does not set it back. Each
 * checkpoint is a separate file, and the largest size counts: a former leader cannot set the anchor back, and an interrupted
 * write changes nothing.
 */
export class Anchor {
  private readonly prefix: string;

  /** Logs with different origins have separate anchors in the same directory. */
  constructor(
    readonly directory: string,
    origin: string,
  ) {
    this.prefix = createHash('sha256').update(origin).digest('hex').slice(0, 16);
  }

  /** The largest checkpoint; null when there is none. Throws `AnchorError` when it cannot be read or has a different size. */
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

  /** Stores the note durably (fsync), then removes smaller checkpoints. */
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

  /** Failures are ignored: the largest checkpoint counts. */
  private async removeBelow(size: number): Promise<void> {
    const smaller = (await this.sizes()).filter((other) => other >= 0 && other < size);
    await Promise.all(smaller.map((other) => unlink(this.path(other)).catch(() => undefined)));
  }

  private path(size: number): string {
    return join(this.directory, `${this.prefix}-${String(size).padStart(DIGITS, '0')}.checkpoint`);
  }
}
