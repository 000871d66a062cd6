import { type LoggerService } from '@nestjs/common';

/** Ctrl-C arrives from the terminal and again from each launcher above: they count as one signal. */
const REPEATED_SIGNAL_MS = 500;
/** After an unexpected error the shutdown may hang. */
const FORCED_EXIT_MS = 10_000;

/**
 * Graceful shutdown. SIGTERM, SIGINT or the exit of the parent that forked this process run `stop` once; the exit code is 0
 * when it resolves, 1 when it rejects. The same signal at least half a second later exits with 1 at once. After an uncaught
 * error, which is logged, `stop` runs for up to ten seconds and the exit code is 1.
 */
export class ProcessLifecycle {
  private firstSignalAt: number | null = null;
  private stopping: Promise<void> | null = null;

  constructor(
    private readonly logger: Pick<LoggerService, 'log' | 'warn' | 'error'>,
    private readonly stop: () => Promise<void>,
    private readonly host: NodeJS.Process = process,
  ) {}

  /** Call it before anything is started that must be stopped. */
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
    } else if (now - this.firstSignalAt >= REPEATED_SIGNAL_MS) {
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
    setTimeout(() => this.host.exit(1), FORCED_EXIT_MS).unref();
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
