import { setTimeout as sleep } from 'node:timers/promises';

/** Works in a loop until it is stopped. */
export type LoadClient = (stopping: AbortSignal) => Promise<unknown>;

/**
 * Clients that work during an experiment. The error of a client is kept until the experiment asks, so that it is reported as
 * a failure of the experiment. If the experiment itself fails, `FaultHarness.close` stops its clients.
 */
export class Load {
  private readonly stopping = new AbortController();
  private readonly clients: ReadonlyArray<Promise<unknown>>;
  private readonly all: Promise<unknown>;

  constructor(clients: readonly LoadClient[]) {
    this.clients = clients.map((client) => client(this.stopping.signal));
    this.all = Promise.all(this.clients);
    this.all.catch(() => undefined);
  }

  /** Lets them work for this time. Rejects at once with the error of a client. */
  async lasts(milliseconds: number): Promise<void> {
    const over = new AbortController();
    try {
      const time = sleep(milliseconds, undefined, { signal: over.signal }).catch(() => undefined);
      await Promise.race([time, this.all]);
    } finally {
      over.abort();
    }
  }

  /** For clients that end by themselves. Rejects at once with the error of a client. */
  async finished(): Promise<void> {
    await this.all;
  }

  /** Stops the clients and waits for the last one. Rejects with the first error of a client. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.allSettled(this.clients);
    await this.all;
  }

  /** Like `stop`, but with a time limit, and without reporting errors. */
  async abandon(withinMs: number): Promise<void> {
    await Promise.race([this.stop().catch(() => undefined), sleep(withinMs, undefined, { ref: false })]);
  }
}
