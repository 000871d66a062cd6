import { FileLock } from '../../libs/file-lock/src/index.ts';
import { launcherFile, say } from './project.mjs';

/** Runs `work` while no other copy started from this folder runs its own. */
export async function oneAtATime(work) {
  const lock = await acquire(launcherFile('lock'));
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function acquire(path) {
  const lock = await FileLock.acquire(path, 0);
  if (lock !== undefined) return lock;
  say('another copy is installing or building here, waiting for it');
  return FileLock.acquire(path, Infinity);
}
