import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinned } from './layout.js';

const PROBE = join(import.meta.dirname, 'probe.mjs');
const START_TIMEOUT_MS = 30_000;

export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** The longest time that its own work held it, without the time that it waited for a processor. */
  readonly held: number;
  /** The processor time of its thread. */
  readonly used: number;
}

/** A server under test in a separate process, which writes its log to a file as under a supervisor. */
export class ServerProcess {
  private constructor(
    readonly name: string,
    readonly child: ChildProcess,
    readonly logFile: string,
    readonly url: string,
  ) {}

  static async start(options: {
    readonly name: string;
    readonly main: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly processors: string | null;
    readonly logFile: string;
    /** Whether it reports the delay of its event loop and can be profiled. */
    readonly probed: boolean;
    /** Options for Node besides the probe. */
    readonly nodeOptions?: readonly string[];
  }): Promise<ServerProcess> {
    const { name, main, environment, processors, logFile, probed, nodeOptions = [] } = options;
    const log = openSync(logFile, 'w');
    const args = [...nodeOptions, ...(probed ? ['--import', PROBE] : []), main];
    const [file, words] = pinned(processors, process.execPath, args);
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(file, words, {
      env: { PATH, HOME, ...environment },
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    try {
      const { url } = await messageOf<{ url: string }>(child, ({ type }) => type === 'ready');
      return new ServerProcess(name, child, logFile, url);
    } catch (error) {
      child.kill('SIGKILL');
      throw new Error(`The ${name} does not start: ${readFileSync(logFile, 'utf8').slice(-2000)}`, {
        cause: error,
      });
    }
  }

  /** `taskset` replaces itself with the program, so this is the server's own pid. */
  get pid(): number {
    const { pid } = this.child;
    if (pid === undefined) throw new Error(`The ${this.name} does not run`);
    return pid;
  }

  /** The delay of its event loop since the previous call. */
  async loopDelay(): Promise<LoopDelay> {
    return this.ask<LoopDelay>('loop');
  }

  async beginProfile(): Promise<void> {
    await this.ask('profile');
  }

  async endProfile(file: string): Promise<void> {
    await this.ask('profiled', { file });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), START_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }

  private async ask<T>(what: string, more: object = {}): Promise<T> {
    const answer = messageOf<{ value: T }>(this.child, ({ bench }) => bench === what);
    this.child.send({ bench: what, ...more });
    return (await answer).value;
  }
}

async function messageOf<T>(
  child: ChildProcess,
  accepts: (message: { type?: string; bench?: string }) => boolean,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      child.off('error', onError);
      act();
    };
    const onMessage = (message: unknown): void => {
      if (accepts(message as { type?: string; bench?: string })) settle(() => resolve(message as T));
    };
    const onExit = (code: number | null): void => settle(() => reject(new Error(`It ended with ${code}`)));
    const onError = (error: Error): void => settle(() => reject(error));
    const timer = setTimeout(() => settle(() => reject(new Error('It says nothing'))), START_TIMEOUT_MS);
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.on('error', onError);
  });
}
