import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { chooseFreePort, isPortFree } from './free-port.js';
import { type Placement } from './placement.js';
import { neutraliseStaleFile, findLivePostmaster, readPostmasterFile } from './postmaster-file.js';
import { runProgram, SERVER_ENVIRONMENT } from './run-program.js';
import { type ServerLog } from './server-log.js';

export const HOST = '127.0.0.1';
const POLL_MS = 10;
const RETRY_MS = 200;
const RETRY_FOR_MS = 30_000;
const PORT_TAKEN = 'could not bind';
// The second failure lasts until the remaining processes of a killed server have exited.
const TEMPORARY_FAILURES = [PORT_TAKEN, 'shared memory block'];

export interface ServerSettings {
  readonly durable: boolean;
  readonly maxConnections: number;
  /** Maximum time for crash recovery before the start fails. */
  readonly startTimeoutMs: number;
}

/** Starts, finds and stops the one PostgreSQL of a data directory. Call it only while holding the folder's lock. */
export class ServerProcess {
  constructor(
    private readonly placement: Placement,
    private readonly log: ServerLog,
    private readonly settings: ServerSettings,
  ) {}

  /** Takes over the server that runs on this data, else starts one, on `preferredPort` if it is free. Returns its port. */
  async ensureRunning(preferredPort: number | undefined): Promise<number> {
    const adopted = await this.adopt();
    if (adopted !== undefined) return adopted;
    const deadline = performance.now() + RETRY_FOR_MS;
    let port =
      preferredPort !== undefined && (await isPortFree(preferredPort, HOST))
        ? preferredPort
        : await chooseFreePort(HOST);
    for (;;) {
      const logStart = this.log.size();
      if (await this.start(port)) return port;
      const tail = this.log.tail(logStart);
      if (performance.now() > deadline || !TEMPORARY_FAILURES.some((message) => tail.includes(message))) {
        throw new EmbeddedPostgresError('START_FAILED', 'PostgreSQL stopped while starting. It wrote:', tail);
      }
      if (tail.includes(PORT_TAKEN)) port = await chooseFreePort(HOST);
      else await sleep(RETRY_MS);
    }
  }

  /** Stops the server and waits for its exit. Clients are disconnected; committed data is kept. */
  async stop(): Promise<void> {
    const { account, binaries, dataDirectory } = this.placement;
    if (findLivePostmaster(dataDirectory) === undefined) return;
    const options = ['stop', '-D', dataDirectory, '-m', 'fast', '-w', '-t', '60'];
    const { exitCode, output } = await runProgram(binaries.pgCtl, options, account);
    if (exitCode === 0 || findLivePostmaster(dataDirectory) === undefined) return;
    throw new EmbeddedPostgresError(
      'STOP_FAILED',
      `PostgreSQL in ${dataDirectory} could not be stopped`,
      output,
    );
  }

  private async adopt(): Promise<number | undefined> {
    const deadline = performance.now() + this.settings.startTimeoutMs;
    for (;;) {
      const live = findLivePostmaster(this.placement.dataDirectory);
      if (live === undefined || live.ready) return live?.port;
      if (performance.now() > deadline) throw this.timedOut();
      await sleep(POLL_MS);
    }
  }

  /** False when the server exited before it was ready. */
  private async start(port: number): Promise<boolean> {
    const { account, binaries, dataDirectory } = this.placement;
    neutraliseStaleFile(dataDirectory);
    const log = this.log.openForServer();
    // Detached: Ctrl-C at the terminal must reach only the application, which stops its database last.
    const child = spawn(binaries.postgres, ['-D', dataDirectory, ...this.options(port)], {
      detached: true,
      stdio: ['ignore', log, log],
      env: SERVER_ENVIRONMENT,
      cwd: '/',
      ...account,
    });
    closeSync(log);
    let failure: string | undefined;
    child.once('error', (error) => (failure = error.message));
    child.once('exit', (code, signal) => (failure ??= `exit ${String(code ?? signal)}`));
    child.unref();
    const deadline = performance.now() + this.settings.startTimeoutMs;
    for (;;) {
      const file = readPostmasterFile(dataDirectory);
      if (file?.pid === child.pid && file?.ready === true) return true;
      if (failure !== undefined) {
        if (child.pid !== undefined) return false;
        throw new EmbeddedPostgresError('START_FAILED', `${binaries.postgres} cannot be run: ${failure}`);
      }
      if (performance.now() > deadline) {
        child.kill('SIGQUIT');
        throw this.timedOut();
      }
      await sleep(POLL_MS);
    }
  }

  private options(port: number): string[] {
    const toggle = this.settings.durable ? 'on' : 'off';
    const settings = {
      listen_addresses: HOST,
      unix_socket_directories: '',
      port: String(port),
      max_connections: String(this.settings.maxConnections),
      fsync: toggle,
      full_page_writes: toggle,
      synchronous_commit: toggle,
      log_line_prefix: '%m [%p] %q%u@%d ',
      log_timezone: 'UTC',
      timezone: 'UTC',
    };
    return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  }

  private timedOut(): EmbeddedPostgresError {
    const seconds = Math.round(this.settings.startTimeoutMs / 1000);
    const reason = `PostgreSQL was not ready after ${seconds} seconds. It wrote:`;
    return new EmbeddedPostgresError('START_TIMEOUT', reason, this.log.tail());
  }
}
