import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { asAdmin, type BenchDatabase } from './database.js';

const WORKER_MAIN = 'dist/apps/worker/src/main.js';
const POLL_MS = 100;
const PATIENCE_MS = 120_000;

/** Runs a worker until a checkpoint covers every entry. */
export async function sealLog(
  { adminUrl }: BenchDatabase,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const { PATH = '', HOME = '' } = process.env;
  const worker = spawn(process.execPath, [WORKER_MAIN], {
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await asAdmin(adminUrl, async (admin) => {
      const until = performance.now() + PATIENCE_MS;
      for (;;) {
        const { rows } = await admin.query<{ sealed: boolean }>(
          `SELECT (SELECT count(*) FROM audit.entries) <= coalesce((SELECT max(tree_size) FROM audit.checkpoints), 0) AS sealed`,
        );
        if (rows[0]?.sealed) return;
        if (performance.now() > until || worker.exitCode !== null)
          throw new Error('The log does not get sealed');
        await sleep(POLL_MS);
      }
    });
  } finally {
    if (worker.exitCode === null) {
      worker.kill('SIGTERM');
      await once(worker, 'exit');
    }
  }
}
