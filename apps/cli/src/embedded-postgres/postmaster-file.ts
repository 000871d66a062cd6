import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, identifyProcess } from './process-identity.js';

/** The content of `postmaster.pid` (PostgreSQL: src/include/utils/pidfile.h). */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** Reads `postmaster.pid`; `undefined` when it is missing or incomplete. */
export function readPostmasterFile(dataDirectory: string): PostmasterFile | undefined {
  const lines = readLines(dataDirectory);
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return { pid, port, ready: lines[7]?.trim() === 'ready' };
}

/** The live PostgreSQL of exactly this data directory, or `undefined` when the file is missing or stale. */
export function findLivePostmaster(dataDirectory: string): PostmasterFile | undefined {
  const file = readPostmasterFile(dataDirectory);
  if (file === undefined || identifyProcess(file.pid) === undefined) return undefined;
  return servesDirectory(file.pid, dataDirectory) ? file : undefined;
}

/**
 * Neutralises a stale file: its pid may now belong to a different program or a zombie, which PostgreSQL would regard as a
 * running server. The file is not removed, but gets the pid of the new server's parent (this process), so that PostgreSQL
 * still checks that no process of the dead server uses the shared memory.
 */
export function neutraliseStaleFile(dataDirectory: string): void {
  const lines = readLines(dataDirectory);
  if (lines.length === 0) return;
  lines[0] = String(process.pid);
  writeFileSync(join(dataDirectory, 'postmaster.pid'), lines.join('\n'));
}

function servesDirectory(pid: number, dataDirectory: string): boolean {
  if (process.platform === 'win32') return true;
  const command = commandLine(pid);
  if (!command.includes('postgres')) return false;
  const named = command.includes('\0')
    ? command.split('\0').includes(dataDirectory)
    : command.includes(dataDirectory);
  return named || workingDirectory(pid) === dataDirectory;
}

function workingDirectory(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

function readLines(dataDirectory: string): string[] {
  try {
    return readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}
