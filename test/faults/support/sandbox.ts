import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/**
 * The folder of one experiment. Every process started for it is registered here and ended with it. If the test process is
 * killed, the watchdog cleans up.
 */
export class Sandbox {
  private constructor(
    readonly directory: string,
    private readonly watchdog: ChildProcess,
  ) {}

  static create(name: string): Sandbox {
    const directory = mkdtempSync(join(tmpdir(), `veritrail-fault-${name}-`));
    // PostgreSQL's account must be able to enter the folder.
    chmodSync(directory, 0o711);
    const watchdog = spawn(process.execPath, [join(__dirname, 'watchdog.mjs'), directory], {
      // A process group of its own, so that Ctrl-C at the terminal does not stop the watchdog.
      detached: true,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    return new Sandbox(directory, watchdog);
  }

  path(...names: string[]): string {
    return join(this.directory, ...names);
  }

  /** Registers a process that must not outlive the experiment. */
  register(pid: number): void {
    const started = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];
    appendFileSync(this.path('processes'), `${JSON.stringify({ pid, started })}\n`);
  }

  /** Stops everything. Copies the logs to the folder in FAULTS_LOGS, if set. */
  async close(): Promise<void> {
    const keep = process.env['FAULTS_LOGS'];
    if (keep) {
      for (const name of readdirSync(this.directory).filter(
        (file) => file.endsWith('.log') || file === 'ledger',
      )) {
        cpSync(this.path(name), join(keep, `${basename(this.directory)}-${name}`));
      }
    }
    const gone = once(this.watchdog, 'exit');
    this.watchdog.stdin?.end();
    await gone;
  }
}
