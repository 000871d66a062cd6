import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from './system-error.js';

const POLL_MS = 25;

/**
 * A lock between processes on one machine: an exclusive SQLite transaction on a file. The kernel releases it when its
 * holder dies, so it cannot become stale.
 */
export class FileLock {
  private constructor(private readonly database: DatabaseSync) {}

  /** Waits up to `timeoutMs` for the lock on `path` and returns `undefined` if another process still holds it. */
  static async acquire(path: string, timeoutMs: number): Promise<FileLock | undefined> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const lock = FileLock.tryAcquire(path);
      if (lock !== undefined || performance.now() >= deadline) return lock;
      await sleep(POLL_MS);
    }
  }

  release(): void {
    this.database.close();
  }

  private static tryAcquire(path: string): FileLock | undefined {
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
      return new FileLock(database);
    } catch (error) {
      database.close();
      if (messageOf(error).includes('locked')) return undefined;
      throw error;
    }
  }
}
