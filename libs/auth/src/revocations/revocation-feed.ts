import { setTimeout as sleep } from 'node:timers/promises';
import { UnitOfWork } from '#libs/postgres';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { RevocationsRepository } from './revocations.repository.js';

/** How long after a look what is remembered may be believed. The answer to whoever revokes waits as long, and a little. */
export const LEASE_MS = 400;
/** Clocks of two machines do not run at quite the same pace. */
const MARGIN_MS = 20;
const LOOK_EVERY_MS = 100;
/** A process that nobody asks stops looking. */
const IDLE_MS = 5000;

/** Told what to forget: these, or everything that is remembered. */
export type Forgetting = (subjects: readonly string[] | 'everything') => void;

/**
 * Lets a process remember who may do what without ever serving what was revoked. It looks at the revocations of all
 * processes ten times a second, and what is remembered counts for 400 ms after the beginning of a look that came back.
 * Whoever revokes answers only when such a time has passed since the commit: by then every process has looked again, or
 * asks the database. Time is that of the machine's monotonic clock, which goes on while a process is stopped.
 */
@Injectable()
export class RevocationFeed implements OnModuleDestroy {
  private readonly logger = new Logger(RevocationFeed.name);
  private forget: Forgetting = () => undefined;
  private horizon: bigint | null = null;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private askedAt = Number.NEGATIVE_INFINITY;
  private looking: Promise<void> | null = null;
  private closed = false;

  constructor(
    private readonly revocations: RevocationsRepository,
    private readonly uow: UnitOfWork,
  ) {}

  /** Who remembers. What was revoked is forgotten before anything remembered is believed again. */
  onRevocation(forget: Forgetting): void {
    this.forget = forget;
  }

  /** Whether what is remembered may be believed at this moment. */
  isCurrent(): boolean {
    const now = performance.now();
    this.askedAt = now;
    if (this.looking === null && !this.closed) this.looking = this.keepLooking();
    return now - this.lookedAt < LEASE_MS;
  }

  /** Lets the answer to the running unit of work wait until nobody believes any more what it revoked. */
  outlast(): void {
    this.uow.afterCommit(() => sleep(LEASE_MS + MARGIN_MS));
  }

  onModuleDestroy(): void {
    this.closed = true;
  }

  private async keepLooking(): Promise<void> {
    while (!this.closed && performance.now() - this.askedAt < IDLE_MS) {
      await this.look();
      await sleep(LOOK_EVERY_MS, undefined, { ref: false });
    }
    this.startOver();
    this.looking = null;
  }

  private async look(): Promise<void> {
    const begun = performance.now();
    try {
      const { horizon, subjects } = await this.revocations.seenSince(this.horizon ?? 0n);
      // A horizon that went back is another server's: after a failover its numbers say nothing about ours.
      if (this.horizon === null || horizon < this.horizon) this.forget('everything');
      else if (subjects.length > 0) this.forget(subjects);
      this.horizon = horizon;
      this.lookedAt = begun;
    } catch (error) {
      if (this.horizon !== null && !this.closed)
        this.logger.warn(`Revocations could not be read: ${String(error)}`);
      this.startOver();
    }
  }

  private startOver(): void {
    this.horizon = null;
    this.lookedAt = Number.NEGATIVE_INFINITY;
    this.forget('everything');
  }
}
