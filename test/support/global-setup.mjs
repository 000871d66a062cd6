import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { makeRunDirectory, reapDeadRuns } from './run-directory.mjs';

/**
 * Creates the folder of the run. The first test that needs a database starts PostgreSQL in it (see postgres.ts); the
 * reaper stops it when this process has ended, whether it finished, was interrupted or was killed.
 */
export default async function globalSetup() {
  await reapDeadRuns();
  const run = makeRunDirectory();
  process.env.VERITRAIL_TEST_RUN = run.directory;
  const reaper = spawn(process.execPath, [join(import.meta.dirname, 'reaper.mjs'), run.directory], {
    // A process group of its own, so that Ctrl-C at the terminal does not stop the cleanup.
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  reaper.unref();
  reaper.stdin.unref();
  globalThis.veritrailTestRun = { ...run, reaper };
}
