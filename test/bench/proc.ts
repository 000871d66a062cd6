import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts processor time in hundredths of a second (proc(5): sysconf(_SC_CLK_TCK) is 100 on Linux). */
const TICK_US = 10_000;

interface ProcessTimes {
  readonly parent: number;
  readonly own: number;
  /** Of children that have ended and were waited for. */
  readonly ofChildren: number;
}

/** Microseconds of processor time that a process has used on all of its threads. */
export function cpuMicroseconds(pid: number): number {
  return timesOf(pid).own;
}

/** The same for a process and all below it, those that have ended among them: a pool may replace its connections. */
export function treeCpuMicroseconds(root: number): number {
  const { own, ofChildren } = timesOf(root);
  return own + ofChildren + childrenOf(root).reduce((sum, pid) => sum + treeOrNothing(pid), 0);
}

export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

export function parentOf(pid: number): number | null {
  try {
    return timesOf(pid).parent;
  } catch {
    return null;
  }
}

/** Resident memory in MiB, now. */
export function residentMib(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kib === undefined) throw new Error(`Process ${pid} has no memory: it has ended`);
  return Number(kib) / 1024;
}

/** How many processes could run but had to wait, on average over the last minute: whether the machine was ours. */
export function loadAverage(): number {
  return Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]);
}

function treeOrNothing(pid: number): number {
  try {
    return treeCpuMicroseconds(pid);
  } catch {
    // It ended meanwhile; its time is now its parent's.
    return 0;
  }
}

/** Fields 4 and 14 to 17 of /proc/<pid>/stat; the name in field 2 may hold spaces and parentheses. */
function timesOf(pid: number): ProcessTimes {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const at = (field: number): number => Number(fields[field - 3]);
  return { parent: at(4), own: (at(14) + at(15)) * TICK_US, ofChildren: (at(16) + at(17)) * TICK_US };
}
