import { UnavailableError } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { AuthConfiguration } from '../auth.configuration.js';

/** Queue length per running hash. At about 30 ms a hash, the last one waits about one second. */
const WAITING_PER_SLOT = 32;

/**
 * Runs at most `accounts.concurrentHashes` hashes at once, because each needs 19 MiB and a core, and queues a bounded
 * number. Throws `UnavailableError` when the queue is full.
 */
@Injectable()
export class HashingQueue {
  private running = 0;
  private readonly waiting: Array<() => void> = [];

  constructor(private readonly configuration: AuthConfiguration) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    const slots = this.configuration.accounts.concurrentHashes;
    if (this.running < slots) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= slots * WAITING_PER_SLOT) {
      throw new UnavailableError('Too many passwords are being checked at the moment', { retryAfter: 1 });
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Passes the slot to the first waiting call directly, so that a later call cannot take it. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}
