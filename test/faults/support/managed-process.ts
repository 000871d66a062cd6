import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Sandbox } from './sandbox.js';

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program of the product as an operator runs it: a separate process, its output in a file, stopped by its pid. */
export class ManagedProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly logFile: string,
    private readonly ending: Promise<Ending>,
  ) {}

  static start(
    sandbox: Sandbox,
    name: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): ManagedProcess {
    const logFile = sandbox.path(`${name}.log`);
    const log = openSync(logFile, 'a');
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', log, log],
      env: { PATH: process.env['PATH'] ?? '', TMPDIR: sandbox.directory, ...env },
    });
    closeSync(log);
    const ending = once(child, 'exit').then(([code, signal]: unknown[]) => ({ code, signal }) as Ending);
    if (child.pid === undefined) throw new Error(`${name} cannot be started`);
    sandbox.register(child.pid);
    return new ManagedProcess(child, logFile, ending);
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Kills the process without a chance to clean up, and waits until it has ended. */
  async kill(): Promise<Ending> {
    this.signal('SIGKILL');
    return this.ending;
  }

  /** The way in which it ended. Throws if it has not ended after `withinMs`. */
  async ended(withinMs: number): Promise<Ending> {
    const late = new AbortController();
    const tooLate = sleep(withinMs, undefined, { signal: late.signal }).then(() => {
      throw new Error(`The process ${this.pid} has not ended after ${withinMs} ms`);
    });
    try {
      return await Promise.race([this.ending, tooLate]);
    } finally {
      late.abort();
      tooLate.catch(() => undefined);
    }
  }

  residentMiB(): number {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'));
    return Number(line?.[1] ?? 0) / 1024;
  }

  openFiles(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** The end of its output. */
  log(characters = 4000): string {
    return readFileSync(this.logFile, 'utf8').slice(-characters);
  }
}
