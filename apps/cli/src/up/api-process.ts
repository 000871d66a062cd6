import { fork, type ChildProcess } from 'node:child_process';
import { type Environment } from '#libs/config';

const KILL_AFTER_MS = 60_000;

/**
 * The API in a process of its own. It has the terminal's output but not its Ctrl-C, which would reach it beside the
 * orderly stop. It ends in order by itself when this process dies: the channel between the two closes.
 */
export class ApiProcess {
  private readonly child: ChildProcess;
  /** Resolves with the exit code once the process is gone. */
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

  /** Resolves with the address it serves at, or with `undefined` when it ended before it could. */
  async ready(): Promise<string | undefined> {
    const address = new Promise<string>((resolve) => {
      this.child.on('message', (message) => {
        if (isReady(message)) resolve(message.url);
      });
    });
    return Promise.race([address, this.exited.then(() => undefined)]);
  }

  /** Asks it to finish what is in flight and end; ends it at once when `force` says so or it takes a minute. */
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
