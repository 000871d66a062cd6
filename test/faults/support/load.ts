import { setTimeout as sleep } from 'node:timers/promises';

/** Works on and on until it is told to stop. */
export type LoadClient = (stopping: AbortSignal) => Promise<unknown>;

/**
 * Clients that work beside an experiment. What one of them throws is kept until the experiment asks, so that it is told as
 * a failure of the experiment; those that an experiment leaves behind because it failed itself, `Scene.close` ends.
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

  /** Lets them work for so long. Rejects with what a client throws, at once. */
  async lasts(milliseconds: number): Promise<void> {
    const over = new AbortController();
    try {
      const time = sleep(milliseconds, undefined, { signal: over.signal }).catch(() => undefined);
      await Promise.race([time, this.all]);
    } finally {
      over.abort();
    }
  }

  /** For clients that end by themselves. Rejects with what one of them throws, at once. */
  async finished(): Promise<void> {
    await this.all;
  }

  /** Tells them to stop and waits for the last one. Rejects with what a client threw first. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.allSettled(this.clients);
    await this.all;
  }

  /** Like `stop`, but for so long at most, and whatever they throw is not looked at any more. */
  async abandon(withinMs: number): Promise<void> {
    await Promise.race([this.stop().catch(() => undefined), sleep(withinMs, undefined, { ref: false })]);
  }
}
