import { type LoggerService } from '@nestjs/common';

/** Ctrl-C reaches a process from the terminal and once more from each launcher above it: that is one wish, not two. */
const ONE_WISH_MS = 500;
/** After a defect nothing in the process can be relied on, least of all that stopping ends. */
const LAST_RESORT_MS = 10_000;

/**
 * Ends a process well. SIGTERM, SIGINT or the death of the parent that forked it run `stop` once and exit 0 when it
 * resolves, 1 when it rejects; the same signal again, half a second later or more, exits 1 at once. An error that nobody
 * caught is logged, `stop` is tried for ten seconds, and the exit code is 1.
 */
export class ProcessLifecycle {
  private firstSignalAt: number | null = null;
  private stopping: Promise<void> | null = null;

  constructor(
    private readonly logger: Pick<LoggerService, 'log' | 'warn' | 'error'>,
    private readonly stop: () => Promise<void>,
    private readonly host: NodeJS.Process = process,
  ) {}

  /** Call it before the first thing that must be stopped is started. */
  watch(): this {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) this.host.on(signal, () => this.onSignal(signal));
    if (this.host.connected)
      this.host.once('disconnect', () => void this.end('the parent process has ended'));
    this.host.on('uncaughtException', (error) => void this.fail('Uncaught exception', error));
    this.host.on('unhandledRejection', (reason) => void this.fail('Unhandled promise rejection', reason));
    return this;
  }

  private onSignal(signal: NodeJS.Signals): void {
    const now = performance.now();
    if (this.firstSignalAt === null) {
      this.firstSignalAt = now;
      void this.end(signal);
    } else if (now - this.firstSignalAt >= ONE_WISH_MS) {
      this.logger.warn(`Exiting immediately: received ${signal} a second time`);
      this.host.exit(1);
    }
  }

  private async end(reason: string): Promise<void> {
    if (this.stopping) return;
    this.logger.log(`Stopping: ${reason}`);
    try {
      await this.stopOnce();
    } catch (error) {
      this.logger.error({ message: 'The shutdown failed', err: error });
      this.host.exit(1);
      return;
    }
    this.logger.log('Stopped');
    this.host.exit(this.host.exitCode ?? 0);
  }

  private async fail(message: string, error: unknown): Promise<void> {
    this.logger.error({ message, err: error });
    this.host.exitCode = 1;
    if (this.stopping) return;
    setTimeout(() => this.host.exit(1), LAST_RESORT_MS).unref();
    await this.stopOnce().catch((cause: unknown) => {
      this.logger.error({ message: 'The shutdown failed', err: cause });
    });
    this.host.exit(1);
  }

  private stopOnce(): Promise<void> {
    this.stopping ??= this.stop();
    return this.stopping;
  }
}
