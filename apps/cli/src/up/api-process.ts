import { fork, type ChildProcess } from 'node:child_process';
import { type Environment } from '#libs/config';

const KILL_AFTER_MS = 60_000;

/**
 * The API in a separate process, detached so that only `up` receives Ctrl-C and stops it gracefully. If this process dies,
 * the IPC channel closes and the API shuts down.
 */
export class ApiProcess {
  private readonly child: ChildProcess;
  /** Resolves with the exit code when the process has exited. */
  readonly exited: Promise<number>;

  constructor(main: string, environment: Environment) {
    this.child = fork(main, [], {
      env: { ...environment },
      detached: true,
    });
    this.exited = new Promise((resolve) => {
      this.child.once('exit', (code) => resolve(code ?? 1));
      this.child.once('error', () => resolve(1));
    });
  }

  /** Resolves with the address of the API, or with `undefined` when it exited before it was ready. */
  async ready(): Promise<string | undefined> {
    const address = new Promise<string>((resolve) => {
      this.child.on('message', (message) => {
        if (isReady(message)) resolve(message.url);
      });
    });
    return Promise.race([address, this.exited.then(() => undefined)]);
  }

  /** Shuts the API down gracefully; kills it when `force` is aborted or after a minute. */
  async stop(force: AbortSignal): Promise<number> {
    const kill = (): void => void this.child.kill('SIGKILL');
    const late = setTimeout(kill, KILL_AFTER_MS);
    force.addEventListener('abort', kill, { once: true });
    if (force.aborted) kill();
    else this.child.kill('SIGTERM');
    try {
      return await this.exited;
    } finally {
      clearTimeout(late);
      force.removeEventListener('abort', kill);
    }
  }
}

function isReady(message: unknown): message is { type: 'ready'; url: string } {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}
