import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';

const TAIL_BYTES = 4096;
const TAIL_LINES = 15;
const ROTATE_BYTES = 10 * 1024 * 1024;

/** The log file of PostgreSQL. One older file is kept beside it. */
export class ServerLog {
  constructor(readonly path: string) {}

  size(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Opens the log for a server that is about to start and returns the descriptor, which the caller closes. */
  openForServer(): number {
    if (this.size() > ROTATE_BYTES) renameSync(this.path, `${this.path}.1`);
    return openSync(this.path, 'a', 0o600);
  }

  /** The last lines that were written after `offset` (bytes). */
  tail(offset = 0): string {
    let file: number;
    try {
      file = openSync(this.path, 'r');
    } catch {
      return '';
    }
    try {
      const end = fstatSync(file).size;
      const begin = Math.max(Math.min(offset, end), end - TAIL_BYTES);
      const buffer = Buffer.alloc(end - begin);
      readSync(file, buffer, 0, buffer.length, begin);
      return buffer.toString().trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
    } finally {
      closeSync(file);
    }
  }
}
