import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { launcherFile, say } from './project.mjs';

const POLL_MS = 100;

/**
 * Runs `work` while no other copy started from this folder runs its own. The kernel lets go of the lock when its holder
 * dies, so there is nothing stale to clean up.
 */
export async function oneAtATime(work) {
  const lock = await acquire(launcherFile('lock'));
  try {
    return await work();
  } finally {
    lock.close();
  }
}

async function acquire(path) {
  for (let told = false; ; told = true) {
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
      return database;
    } catch (error) {
      database.close();
      if (!error.message.includes('locked')) throw error;
    }
    if (!told) say('another copy is installing or building here, waiting for it');
    await sleep(POLL_MS);
  }
}
