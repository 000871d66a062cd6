import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileLock } from '#libs/file-lock';

const LOCK_TIMEOUT_MS = 180_000;

/**
 * Runs `make` in the first test process of a run that needs `name` and returns its result. The other processes wait for it
 * and read the result from the run's folder, so it must be JSON-serialisable.
 */
export async function oncePerRun<T>(name: string, make: (runDirectory: string) => Promise<T>): Promise<T> {
  const directory = process.env['VERITRAIL_TEST_RUN'];
  if (directory === undefined)
    throw new Error('tests with a database need global-setup.mjs in their jest project');
  const ready = join(directory, `${name}.json`);
  if (!existsSync(ready)) {
    const lock = await FileLock.acquire(join(directory, `${name}.lock`), LOCK_TIMEOUT_MS);
    if (lock === undefined) throw new Error(`another test process did not make ${name} in time`);
    try {
      if (!existsSync(ready)) {
        writeFileSync(`${ready}.new`, JSON.stringify(await make(directory)), { mode: 0o600 });
        renameSync(`${ready}.new`, ready);
      }
    } finally {
      lock.release();
    }
  }
  return JSON.parse(readFileSync(ready, 'utf8')) as T;
}
