import { open } from 'node:fs/promises';

/** Makes creations, renames and removals in a directory durable against power loss. */
export async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open a directory and does not need the sync.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems cannot sync a directory.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  } finally {
    await handle.close();
  }
}
