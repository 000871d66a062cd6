import { setTimeout as sleep } from 'node:timers/promises';
import { UnitOfWork } from '#libs/postgres';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { RevocationsRepository } from './revocations.repository.js';

/**
 * How long after the start of a poll cached authority may be used. A revocation waits slightly longer before it
 * responds.
 */
export const LEASE_MS = 400;
/** Monotonic clocks of two machines may drift apart. */
const CLOCK_DRIFT_MARGIN_MS = 20;
const POLL_INTERVAL_MS = 100;
/** Polling stops when the cache was not used for this long. */
const IDLE_TIMEOUT_MS = 5000;

/** Receives the sessions and users to invalidate, or `everything`. */
export type RevocationListener = (subjects: readonly string[] | 'everything') => void;

/**
 * Lets each process cache authority without serving revoked authority. It polls the revocations of all processes every
 * 100 ms; cached entries are valid for 400 ms after the start of the last successful poll. A revoking request responds
 * only after that time has passed since its commit, so every process has polled again or queries the database. Uses
 * the monotonic clock, which continues while a process is stopped.
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

  /** Sets the listener. It runs before cached entries are used again. */
  onRevocation(listener: RevocationListener): void {
    this.invalidate = listener;
  }

  /** Whether cached authority may be used now. */
  isCurrent(): boolean {
    const now = performance.now();
    this.usedAt = now;
    if (this.polling === null && !this.closed) this.polling = this.pollWhileUsed();
    return now - this.polledAt < LEASE_MS;
  }

  /** Delays the response to the running unit of work until no process uses the revoked authority. */
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
      // A lower horizon comes from a different server, after a failover: its transaction numbers are unrelated.
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
