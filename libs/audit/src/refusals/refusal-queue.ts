import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Actor, Clock, emptyDraft, UnavailableError, withTimeout } from '#libs/kernel';
import { translateDatabaseError, UnitOfWork, violatedConstraint } from '#libs/postgres';
import { type AuditEntry, NO_ORIGIN } from '../entries/entry.js';
import { AuditLog } from '../recording/audit-log.js';

/** The maximum number of entries in memory, about 1 KiB each. */
const MAX_WAITING = 2000;
const BATCH = 50;
const RETRY_AFTER_MS = 500;
/** Longer than a restart of the database takes. */
const GIVE_UP_AFTER_MS = 60_000;
const SHUTDOWN_WAITS_MS = 3000;

interface Waiting {
  readonly entry: AuditEntry;
  readonly since: number;
  readonly settled: () => void;
}

/**
 * Writes refusals in order of arrival, in batches, one transaction at a time, so that refusals use at most one connection of
 * the pool. While the database is unavailable, entries wait up to a minute. Entries that do not fit or wait longer are written
 * to the server log, and one audit entry records their number.
 */
@Injectable()
export class RefusalQueue implements BeforeApplicationShutdown {
  private readonly logger = new Logger(RefusalQueue.name);
  private readonly waiting: Waiting[] = [];
  private readonly dropped = { count: 0, from: '', until: '' };
  private draining: Promise<void> | null = null;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly log: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Resolves when the entry is stored or dropped; never rejects. */
  add(entry: AuditEntry): Promise<void> {
    if (this.waiting.length >= MAX_WAITING) {
      this.drop(entry, 'the queue is full');
      return Promise.resolve();
    }
    return new Promise((settled) => {
      this.waiting.push({ entry, since: performance.now(), settled });
      this.draining ??= this.drain();
    });
  }

  /** Writes waiting entries for up to 3 s before the connections close, then drops the rest. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.draining) await withTimeout(this.draining, SHUTDOWN_WAITS_MS, () => undefined);
    for (const { entry } of this.waiting.splice(0)) this.drop(entry, 'the process is shutting down');
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, BATCH);
      try {
        await this.store(batch.map(({ entry }) => entry));
        this.settle(batch);
      } catch (error) {
        if (isTransient(error)) {
          await this.pause(error);
          continue;
        }
        await this.storeOneByOne(batch);
      }
      await this.recordDroppedCount();
    }
    // No await since the check for an empty queue: an entry added in between would never be written.
    this.draining = null;
  }

  private async store(entries: readonly AuditEntry[]): Promise<void> {
    await this.uow.transact(() => this.log.append(...entries), { separate: true });
  }

  /** An entry that cannot be stored must not prevent the others of its batch. */
  private async storeOneByOne(batch: readonly Waiting[]): Promise<void> {
    for (const one of batch) {
      try {
        await this.store([one.entry]);
      } catch (error) {
        if (isTransient(error)) return;
        if (!isStoredAlready(error)) this.drop(one.entry, String(causeOf(error)));
      }
      this.settle([one]);
    }
  }

  private async pause(error: unknown): Promise<void> {
    const limit = performance.now() - GIVE_UP_AFTER_MS;
    for (const late of this.waiting.filter(({ since }) => since < limit)) {
      this.drop(late.entry, String(causeOf(error)));
      this.settle([late]);
    }
    if (this.waiting.length > 0) await sleep(RETRY_AFTER_MS, undefined, { ref: false });
  }

  private settle(batch: readonly Waiting[]): void {
    for (const one of batch) {
      const index = this.waiting.indexOf(one);
      if (index >= 0) this.waiting.splice(index, 1);
      one.settled();
    }
  }

  private drop(entry: AuditEntry, why: string): void {
    const now = this.clock.now().toISOString();
    if (this.dropped.count === 0) this.dropped.from = now;
    this.dropped.count += 1;
    this.dropped.until = now;
    this.logger.error({ msg: 'A refused request could not be recorded in the audit log', why, entry });
  }

  /** Records the number of dropped entries in the audit log; retried with the next refusal if it fails. */
  private async recordDroppedCount(): Promise<void> {
    if (this.dropped.count === 0) return;
    const { count, from, until } = this.dropped;
    try {
      const entry = this.log.entryOf({
        action: 'audit.refusals_dropped',
        outcome: 'succeeded',
        actor: Actor.system('refusal recorder'),
        origin: NO_ORIGIN,
        draft: { ...emptyDraft(), details: { count, from, until } },
      });
      await this.store([entry]);
      this.dropped.count -= count;
      this.dropped.from = until;
    } catch (error) {
      this.logger.error('The number of unrecorded refusals could not be recorded in the audit log', error);
    }
  }
}

function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

function isTransient(error: unknown): boolean {
  return error instanceof UnavailableError || translateDatabaseError(error) instanceof UnavailableError;
}

/** The entries of a commit whose response was lost are stored; the retry then violates the primary key. */
function isStoredAlready(error: unknown): boolean {
  return violatedConstraint(causeOf(error)) === 'pk_entries';
}
