import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 25;
/** https://sqlite.org/rescode.html#busy, without the extension in the higher bits. */
const SQLITE_BUSY = 5;

/**
 * A lock between processes on one machine, held on a file through SQLite's exclusive transaction. The operating system
 * releases it when the holder ends, even after a crash, so there is no stale lock to clean up.
 *
 * The launcher imports this file before anything is installed or compiled. It therefore uses Node's own modules only, and
 * only TypeScript that Node can strip: no parameter properties, no enums.
 */
export class FileLock {
  private readonly database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.database = database;
  }

  /** Waits up to `timeoutMs` for the lock on `path`; `undefined` when another process still holds it then. */
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
      if (isBusy(error)) return undefined;
      throw error;
    }
  }
}

/** Without `instanceof`: in jest, the errors of Node's own modules have a class of their own. */
function isBusy(error: unknown): boolean {
  const { errcode } = error as { errcode?: number };
  return errcode !== undefined && (errcode & 0xff) === SQLITE_BUSY;
}
