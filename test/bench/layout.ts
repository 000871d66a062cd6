import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The processors for each part of a measurement, as `taskset` names them. Null if pinning is not possible. */
export interface Layout {
  readonly generator: string | null;
  readonly server: string | null;
  readonly database: string | null;
  /** All processors, for processes that must not inherit the pinning. */
  readonly all: string | null;
  readonly processors: number;
  /** For the report. */
  readonly description: string;
}

/**
 * The server under test gets a processor to itself. On two processors, the load generator and PostgreSQL share the other,
 * which affects both servers equally.
 */
export function chooseLayout(processors = availableParallelism(), canPin = hasTaskset()): Layout {
  if (!canPin || processors < 2) {
    const why = canPin ? 'there is one processor' : 'there is no taskset';
    const nowhere = { generator: null, server: null, database: null, all: null };
    return { ...nowhere, processors, description: `not pinned: ${why}` };
  }
  const all = `0-${processors - 1}`;
  if (processors === 2) {
    const description =
      'two cores, pinned: the server has one, the load generator and PostgreSQL share the other';
    return { generator: '0', server: '1', database: '0', all, processors, description };
  }
  const rest = processors === 3 ? '2' : `2-${processors - 1}`;
  const description = `${processors} cores, pinned: load generator on one, server on one, PostgreSQL on ${processors - 2}`;
  return { generator: '0', server: '1', database: rest, all, processors, description };
}

/** The command that runs a program on these processors only. */
export function pinned(processors: string | null, file: string, args: readonly string[]): [string, string[]] {
  return processors === null ? [file, [...args]] : ['taskset', ['-c', processors, file, ...args]];
}

/** Moves a running process with all of its threads. */
export function pinProcess(processors: string | null, pid: number): void {
  if (processors !== null) execFileSync('taskset', ['-apc', processors, String(pid)], { stdio: 'ignore' });
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
