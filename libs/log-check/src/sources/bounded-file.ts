import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { Broken, CannotCheck } from '../findings.js';

/** Memory for so many bytes. */
export type Room = (bytes: number) => Buffer;

/**
 * The bytes of a file, or null when there is none. A file that is larger than `most` is `Broken` and is not read; one that
 * cannot be read, or is no ordinary file (a device, a pipe), is `CannotCheck`. `room` is where the bytes are put.
 */
export function readBounded(
  path: string,
  most: number,
  room: Room = (bytes) => Buffer.allocUnsafeSlow(bytes),
): Buffer | null {
  let file: number;
  try {
    // Without O_NONBLOCK, opening a pipe would wait for ever.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) return null;
    throw new CannotCheck(`${path} cannot be opened: ${String(error)}`);
  }
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw new CannotCheck(`${path} is not a file`);
    if (status.size > most)
      throw new Broken(path, `it has ${status.size} bytes, and at most ${most} are possible`);
    const bytes = room(status.size);
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
