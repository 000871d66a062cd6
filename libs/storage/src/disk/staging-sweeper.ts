import { randomUUID } from 'node:crypto';
import { open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isUuid, syncDirectory } from '#libs/kernel';
import { type SweepOptions, type SweepReport } from '../blob-store.js';
import { type StoreDirectories } from './store-directories.js';
import { ifPresent } from './disk-errors.js';

const BATCH = 200;
const CLAIMED = /^(.{36})[.]swept$/;

/**
 * Removes the remains of crashes. An entry is first renamed: after that `publish` fails, and a transaction that
 * published before is visible to `references`. So its answer cannot become outdated before the sweep acts on it.
 */
export class StagingSweeper {
  constructor(private readonly directories: StoreDirectories) {}

  async sweep({ olderThanMs, references }: SweepOptions): Promise<SweepReport> {
    const total = { settled: 0, removed: 0, undecided: 0 };
    for await (const keys of this.batches(olderThanMs)) {
      const answer = await references(keys);
      for (const key of keys) {
        if (answer.undecided.has(key)) {
          total.undecided++;
        } else if (answer.referenced.has(key)) {
          await this.remove(this.directories.claimed(key));
          total.settled++;
        } else {
          await this.removeBoth(key);
          total.removed++;
        }
      }
    }
    return total;
  }

  private async *batches(olderThanMs: number): AsyncGenerator<string[]> {
    const now = await this.fileSystemTime();
    let batch: string[] = [];
    // Read the listing completely first: entries that are renamed during a listing can appear twice.
    for (const name of await readdir(this.directories.staging)) {
      const key = await this.claim(name, now - olderThanMs);
      if (key === null) continue;
      batch.push(key);
      if (batch.length === BATCH) {
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  }

  /** Renames an entry and returns its key; null if it is too new or is not a staging entry. */
  private async claim(name: string, before: number): Promise<string | null> {
    const earlier = CLAIMED.exec(name)?.[1];
    if (earlier !== undefined && isUuid(earlier)) return earlier;
    const path = join(this.directories.staging, name);
    const entry = await ifPresent(stat(path));
    // Writing, linking and renaming update the change time; no program can set it back.
    if (!entry || entry.ctimeMs > before) return null;
    if (!isUuid(name)) {
      if (name.startsWith('.probe-')) await this.remove(path);
      return null;
    }
    return ifPresent(rename(path, this.directories.claimed(name)).then(() => name));
  }

  /** The published file first: the entry leads a later sweep to it. */
  private async removeBoth(key: string): Promise<void> {
    if (await this.remove(this.directories.published(key)))
      await syncDirectory(this.directories.directoryOf(key));
    await this.remove(this.directories.claimed(key));
  }

  private async remove(path: string): Promise<boolean> {
    return (await ifPresent(unlink(path).then(() => true))) ?? false;
  }

  /** The clock of the file system, which on a network mount differs from this machine's. */
  private async fileSystemTime(): Promise<number> {
    const path = join(this.directories.staging, `.probe-${randomUUID()}`);
    const handle = await open(path, 'wx', 0o600);
    try {
      return (await handle.stat()).ctimeMs;
    } finally {
      await handle.close();
      // A concurrent sweep may have removed it as a leftover.
      await this.remove(path);
    }
  }
}
