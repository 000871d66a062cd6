import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { Broken, CannotCheck } from '../findings/findings.js';

/**
 * The bytes of a file, or null if there is none. Throws `Broken` for a file with more than `max` bytes, without reading it,
 * and `CannotCheck` for one that cannot be read or is not a regular file.
 */
export function readBounded(path: string, max: number): Buffer | null {
  let file: number;
  try {
    // Without O_NONBLOCK, opening a named pipe would block.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) return null;
    throw new CannotCheck(`${path} cannot be opened: ${String(error)}`);
  }
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw new CannotCheck(`${path} is not a file`);
    if (status.size > max)
      throw new Broken(path, `it has ${status.size} bytes; the format allows at most ${max}`);
    const bytes = Buffer.allocUnsafeSlow(status.size);
    let read = 0;
    while (read < bytes.length) {
      const more = readSync(file, bytes, read, bytes.length - read, read);
      if (more === 0) throw new CannotCheck(`${path} became shorter while it was read`);
      read += more;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
