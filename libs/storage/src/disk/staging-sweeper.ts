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
 * Removes what crashes left behind. An entry is first renamed: from then on no `publish` finds it, and whoever published
 * it before holds what `references` can see or wait for. So the answer cannot be outdated when it is acted upon.
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
    // Listed at once: a listing that is read while entries are renamed shows some of them twice.
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

  /** The key of an entry that is now out of reach, or null when it is fresh or not one of ours. */
  private async claim(name: string, before: number): Promise<string | null> {
    const earlier = CLAIMED.exec(name)?.[1];
    if (earlier !== undefined && isUuid(earlier)) return earlier;
    const path = join(this.directories.staging, name);
    const entry = await ifPresent(stat(path));
    // Writing, linking and renaming all renew the change time, and nothing can set it back.
    if (!entry || entry.ctimeMs > before) return null;
    if (!isUuid(name)) {
      if (name.startsWith('.probe-')) await this.remove(path);
      return null;
    }
    return ifPresent(rename(path, this.directories.claimed(name)).then(() => name));
  }

  /** The published file first: the entry is what leads a later sweep to it. */
  private async removeBoth(key: string): Promise<void> {
    if (await this.remove(this.directories.published(key)))
      await syncDirectory(this.directories.directoryOf(key));
    await this.remove(this.directories.claimed(key));
  }

  private async remove(path: string): Promise<boolean> {
    return (await ifPresent(unlink(path).then(() => true))) ?? false;
  }

  /** The clock that stamps the files: on a network file system it is not this machine's. */
  private async fileSystemTime(): Promise<number> {
    const path = join(this.directories.staging, `.probe-${randomUUID()}`);
    const handle = await open(path, 'wx', 0o600);
    try {
      return (await handle.stat()).ctimeMs;
    } finally {
      await handle.close();
      // To another sweep at the same time it may look like one that was left behind.
      await this.remove(path);
    }
  }
}
