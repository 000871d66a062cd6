import { SourceProgram } from './source-program.js';

/** The worker as an operator starts it, run from the sources in a separate process with its own HTTP port. */
export class WorkerProcess {
  private constructor(
    private readonly program: SourceProgram,
    readonly url: string,
  ) {}

  /** Resolves when its jobs run. */
  static async start(variables: Readonly<Record<string, string>>): Promise<WorkerProcess> {
    const { PATH = '', HOME = '' } = process.env;
    const environment = { PATH, HOME, ...variables, LOG_LEVEL: 'info', WORKER_HTTP_PORT: '0' };
    const program = SourceProgram.start('apps/worker/src/main.ts', [], environment);
    const lines = await program.linesUntil(/"msg":"The worker is running"/);
    const [, address] = /Probes and metrics on ([\d.:]+)/.exec(lines.join('\n')) ?? [];
    if (address === undefined) throw new Error(`The worker does not say its port: ${lines.join('\n')}`);
    return new WorkerProcess(program, `http://${address}`);
  }

  /** Whether it leads the job. */
  async leads(job: string): Promise<boolean> {
    return (await this.metrics()).includes(`veritrail_job_leading{job="${job}"} 1`);
  }

  async metrics(): Promise<string> {
    return (await fetch(`${this.url}/metrics`)).text();
  }

  async readiness(): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${this.url}/health/ready`);
    return { status: answer.status, body: await answer.json() };
  }

  /** The next line of its log that matches. */
  async nextLogLine(pattern: RegExp): Promise<string> {
    return (await this.program.linesUntil(pattern)).at(-1) ?? '';
  }

  signal(signal: NodeJS.Signals): void {
    this.program.child.kill(signal);
  }

  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    return this.program.end(signal);
  }
}
