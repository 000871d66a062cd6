import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';

const ROOT = process.cwd();

/** A program of this repository, run from its TypeScript sources in a separate process. */
export class SourceProgram {
  private readonly lines: AsyncIterator<string>;
  private errors = '';

  private constructor(readonly child: ChildProcessWithoutNullStreams) {
    const output: Interface = createInterface({ input: child.stdout });
    this.lines = output[Symbol.asyncIterator]();
    child.stderr.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
  }

  static start(
    file: string,
    args: readonly string[] = [],
    env: NodeJS.ProcessEnv = process.env,
  ): SourceProgram {
    const hooks = join(ROOT, 'test/support/typescript-hooks.mjs');
    const options = ['--conditions=veritrail-source', '--import', hooks, join(ROOT, file), ...args];
    return new SourceProgram(spawn(process.execPath, options, { cwd: ROOT, env, stdio: 'pipe' }));
  }

  /** The next line of its output. Rejects with its standard error if it ends instead. */
  async nextLine(): Promise<string> {
    const { done, value } = await this.lines.next();
    if (done === true) throw new Error(`the program ended without another line: ${this.errors}`);
    return value;
  }

  /** Every line up to and including the first that matches. */
  async linesUntil(pattern: RegExp): Promise<string[]> {
    const lines: string[] = [];
    do lines.push(await this.nextLine());
    while (!pattern.test(lines.at(-1) ?? ''));
    return lines;
  }

  /** Resolves with the exit code and the output of a program that ends by itself. */
  async finish(): Promise<{ exitCode: number | null; output: string; errors: string }> {
    const lines: string[] = [];
    const exited = this.child.exitCode === null ? once(this.child, 'close') : undefined;
    for (let next = await this.lines.next(); next.done !== true; next = await this.lines.next()) {
      lines.push(next.value);
    }
    await exited;
    return { exitCode: this.child.exitCode, output: lines.join('\n'), errors: this.errors };
  }

  /** Sends a signal and resolves with the exit code, or `null` if the signal ended the process. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    await exited;
    return this.child.exitCode;
  }
}
