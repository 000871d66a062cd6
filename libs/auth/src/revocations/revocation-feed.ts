import { setTimeout as sleep } from 'node:timers/promises';
import { UnitOfWork } from '#libs/postgres';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { RevocationsRepository } from './revocations.repository.js';

/** How long after a look what is remembered may be believed. The answer to whoever revokes waits as long, and a little. */
export const LEASE_MS = 400;
/** Clocks of two machines do not run at quite the same pace. */
const CLOCK_DRIFT_MARGIN_MS = 20;
const POLL_INTERVAL_MS = 100;
/** A process that nobody asks stops polling. */
const IDLE_TIMEOUT_MS = 5000;

/** Told what to forget: these, or everything that is remembered. */
export type RevocationListener = (subjects: readonly string[] | 'everything') => void;

/**
 * Lets a process remember who may do what without ever serving what was revoked. It looks at the revocations of all
 * processes ten times a second, and what is remembered counts for 400 ms after the beginning of a look that came back.
 * Whoever revokes answers only when such a time has passed since the commit: by then every process has looked again, or
 * asks the database. Time is that of the machine's monotonic clock, which goes on while a process is stopped.
 */
@Injectable()
export class RevocationFeed implements OnModuleDestroy {
  private readonly logger = new Logger(RevocationFeed.name);
  private invalidate: RevocationListener = () => undefined;
  private horizon: bigint | null = null;
  private polledAt = Number.NEGATIVE_INFINITY;
  private usedAt = Number.NEGATIVE_INFINITY;
  private polling: Promise<void> | null = null;
  private closed = false;

  constructor(
    private readonly revocations: RevocationsRepository,
    private readonly uow: UnitOfWork,
  ) {}

  /** Who remembers. What was revoked is forgotten before anything remembered is believed again. */
  onRevocation(listener: RevocationListener): void {
    this.invalidate = listener;
  }

  /** Whether what is remembered may be believed at this moment. */
  isCurrent(): boolean {
    const now = performance.now();
    this.usedAt = now;
    if (this.polling === null && !this.closed) this.polling = this.pollWhileUsed();
    return now - this.polledAt < LEASE_MS;
  }

  /** Lets the answer to the running unit of work wait until nobody believes any more what it revoked. */
  waitForPropagation(): void {
    this.uow.afterCommit(() => sleep(LEASE_MS + CLOCK_DRIFT_MARGIN_MS));
  }

  onModuleDestroy(): void {
    this.closed = true;
  }

  private async pollWhileUsed(): Promise<void> {
    while (!this.closed && performance.now() - this.usedAt < IDLE_TIMEOUT_MS) {
      await this.poll();
      await sleep(POLL_INTERVAL_MS, undefined, { ref: false });
    }
    this.reset();
    this.polling = null;
  }

  private async poll(): Promise<void> {
    const startedAt = performance.now();
    try {
      const { horizon, subjects } = await this.revocations.committedSince(this.horizon ?? 0n);
      // A horizon that went back is another server's: after a failover its numbers say nothing about ours.
      if (this.horizon === null || horizon < this.horizon) this.invalidate('everything');
      else if (subjects.length > 0) this.invalidate(subjects);
      this.horizon = horizon;
      this.polledAt = startedAt;
    } catch (error) {
      if (this.horizon !== null && !this.closed)
        this.logger.warn(`Revocations could not be read: ${String(error)}`);
      this.reset();
    }
  }

  private reset(): void {
    this.horizon = null;
    this.polledAt = Number.NEGATIVE_INFINITY;
    this.invalidate('everything');
  }
}
