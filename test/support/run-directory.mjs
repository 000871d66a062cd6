import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// The folder's name is part of the names of the run's databases, so it must be a plain SQL identifier.
const PREFIX = 'veritrail_test_';
const DRAFT_PREFIX = 'veritrail_new_test_';

/**
 * A new folder for all files of one test run. It is in use until this process ends, in whatever way: the kernel then releases
 * the lock. PostgreSQL's account may enter it.
 */
export function makeRunDirectory() {
  const draft = mkdtempSync(join(tmpdir(), DRAFT_PREFIX));
  chmodSync(draft, 0o711);
  // Locked before it gets its name, so that another run never treats it as abandoned.
  const held = tryHold(draft);
  const directory = join(tmpdir(), PREFIX + draft.slice(-6).toLowerCase() + process.pid);
  renameSync(draft, directory);
  return { directory, held };
}

/** Stops the PostgreSQL of a run immediately, since its data is not needed, and removes the run's folder. */
export async function reap(directory) {
  for (let attempt = 0; attempt < 200 && existsSync(directory); attempt += 1) {
    stopPostgres(join(directory, 'postgres'));
    try {
      rmSync(directory, { recursive: true, force: true });
    } catch {
      await sleep(25);
    }
  }
}

/** Cleans up runs of this user that were killed together with their reaper. */
export async function reapDeadRuns() {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const directory = join(tmpdir(), name);
    if (!isOwn(directory)) continue;
    const held = tryHold(directory);
    if (held === undefined) continue;
    held.close();
    await reap(directory);
  }
}

function isOwn(directory) {
  return statSync(directory, { throwIfNoEntry: false })?.uid === (process.getuid?.() ?? 0);
}

function tryHold(directory) {
  try {
    const database = new DatabaseSync(join(directory, 'in-use'), { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch {
    return undefined;
  }
}

function stopPostgres(dataDirectory) {
  try {
    const pid = Number(readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n')[0]);
    // The pid may belong to another program by now.
    if (commandLine(pid).includes(dataDirectory)) process.kill(pid, 'SIGQUIT');
  } catch {
    // It is not running.
  }
}

function commandLine(pid) {
  if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
}
