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

  /** Throws if it was started and has ended without `end`. */
  check(): void {
    if (this.process?.running === false) {
      throw new Error(`${this.name} ended by itself:\n${this.process.log()}`);
    }
  }

  /** Kills it and starts it again. Throws if it has ended by itself. */
  async replace(): Promise<void> {
    await this.end();
    this.start();
  }

  /** Kills it. Throws if it has ended by itself. */
  async end(): Promise<void> {
    this.check();
    const { process } = this;
    this.process = null;
    await process?.kill();
  }

  signal(signal: NodeJS.Signals): void {
    this.process?.signal(signal);
  }
}
