import { Configuration } from '#libs/config';
import { UnavailableError } from '#libs/kernel';
import { Injectable } from '@nestjs/common';

/** How many may wait for each one that runs; at some 30 ms a hash, the last one waits about a second. */
const WAITING_PER_SLOT = 32;

/**
 * Lets `accounts.concurrentHashes` hashes run at once and a bounded number wait: each needs 19 MiB and a core, so a flood
 * of logins must not take what everybody else needs. Throws `UnavailableError` when the line is full.
 */
@Injectable()
export class HashingQueue {
  private running = 0;
  private readonly waiting: Array<() => void> = [];

  constructor(private readonly configuration: Configuration) {}

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

  /** Hands the slot to the next in line, so that nobody who comes later can take it first. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}
