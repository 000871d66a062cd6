import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = process.cwd();

/** The API as an operator starts it: `main.ts` in a process of its own, from the sources, with a channel to its parent. */
export class ApiProcess {
  private out = '';
  private err = '';

  private constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.err += chunk.toString()));
  }

  static start(variables: Readonly<Record<string, string>>): ApiProcess {
    const hooks = join(ROOT, 'test/support/typescript-hooks.mjs');
    const options = ['--conditions=veritrail-source', '--import', hooks, join(ROOT, 'apps/api/src/main.ts')];
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, options, {
      cwd: ROOT,
      env: { PATH, HOME, ...variables },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return new ApiProcess(child);
  }

  /** The address once it listens. Rejects with its output if the process ends instead. */
  async ready(): Promise<string> {
    const [message] = (await Promise.race([
      once(this.child, 'message'),
      once(this.child, 'exit').then(() => {
        throw new Error(`The API ended: ${this.err}`);
      }),
    ])) as [{ type: string; url: string }];
    return message.url;
  }

  async exitCode(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  /** Its standard output so far. */
  get log(): string {
    return this.out;
  }

  get errors(): string {
    return this.err;
  }

  async end(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exitCode();
  }
}
