import { ManagedProcess } from './managed-process.js';
import { type Sandbox } from './sandbox.js';

/** A program with a supervisor, which restarts it after each kill. */
export class Supervised {
  private process: ManagedProcess | null = null;

  constructor(
    private readonly sandbox: Sandbox,
    readonly name: string,
    private readonly args: readonly string[],
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  start(): void {
    this.process = ManagedProcess.start(this.sandbox, this.name, this.args, this.env);
  }

  /** Kills it and starts it again. Throws if it was dead already: it must not end by itself. */
  async replace(): Promise<void> {
    await this.end();
    this.start();
  }

  async end(): Promise<void> {
    const { process } = this;
    if (!process?.running) throw new Error(`${this.name} died by itself:\n${process?.log()}`);
    await process.kill();
  }

  signal(signal: NodeJS.Signals): void {
    this.process?.signal(signal);
  }
}
