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
  return runningTimesOf(pid).own;
}

/**
 * The same for a process with its current and former children: a pool replaces its connections. A child that ends during the
 * count could be counted twice or not at all, so the count is repeated until no child ended.
 */
export function familyCpuMicroseconds(parent: number): number {
  for (;;) {
    const before = childrenOf(parent);
    const children = before.reduce((sum, pid) => sum + (timesOf(pid)?.own ?? 0), 0);
    const { own, ofChildren } = runningTimesOf(parent);
    if (before.join() === childrenOf(parent).join()) return own + ofChildren + children;
  }
}

export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

export function parentOf(pid: number): number | null {
  return timesOf(pid)?.parent ?? null;
}

/** Resident memory in MiB, now. */
export function residentMib(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kib === undefined) throw new Error(`Process ${pid} has no memory: it has ended`);
  return Number(kib) / 1024;
}

/** The most resident memory a process ever had, in MiB. */
export function peakResidentMib(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kib === undefined) throw new Error(`Process ${pid} has no memory: it has ended`);
  return Number(kib) / 1024;
}

/** The number of processes that waited for a processor, on average over the last minute: whether the machine was quiet. */
export function loadAverage(): number {
  return Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]);
}

function runningTimesOf(pid: number): ProcessTimes {
  const times = timesOf(pid);
  if (times === null) throw new Error(`Process ${pid} has ended`);
  return times;
}

/** Fields 4 and 14 to 17 of /proc/<pid>/stat; the name in field 2 may contain spaces and parentheses. Null if it has ended. */
function timesOf(pid: number): ProcessTimes | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const at = (field: number): number => Number(fields[field - 3]);
  return { parent: at(4), own: (at(14) + at(15)) * TICK_US, ofChildren: (at(16) + at(17)) * TICK_US };
}
