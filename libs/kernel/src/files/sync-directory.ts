import { open } from 'node:fs/promises';

/** Makes the names in a directory durable: without it, a power loss can undo a creation, a rename or a removal. */
export async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open a directory and does not need to.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems have nothing to sync in a directory and say so.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  } finally {
    await handle.close();
  }
}
