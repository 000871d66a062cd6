import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { withTimeout } from '#libs/kernel';
import { NewestCheckpoint } from '../log-store/newest-checkpoint.js';
import { RecordedDecisionsRepository } from './recorded-decisions.repository.js';

const POLL_EVERY_MS = 100;

/**
 * Waits until the sequencer, in this or another process, has sealed entries. Polls with one lookup for all waiting
 * callers, at most ten times a second, and only while callers wait. A failed poll is logged and repeated.
 */
@Injectable()
export class SealPoller implements BeforeApplicationShutdown {
  private readonly logger = new Logger(SealPoller.name);
  private readonly waiting = new Map<string, Set<(isSealed: boolean) => void>>();
  private timer: NodeJS.Timeout | null = null;
  private isClosing = false;

  constructor(
    private readonly decisions: RecordedDecisionsRepository,
    private readonly newest: NewestCheckpoint,
  ) {}

  /** Resolves with true once a checkpoint covers the entry, or with false after `ms` or at shutdown. */
  async waitFor(entryId: string, ms: number): Promise<boolean> {
    if (this.isClosing) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiters = this.waiting.get(entryId) ?? new Set();
    this.waiting.set(entryId, waiters.add(resolve));
    this.schedulePoll();
    try {
      return await withTimeout(promise, ms, () => false);
    } finally {
      waiters.delete(resolve);
      if (waiters.size === 0) this.waiting.delete(entryId);
    }
  }

  beforeApplicationShutdown(): void {
    this.isClosing = true;
    for (const waiters of this.waiting.values()) for (const resolve of waiters) resolve(false);
  }

  private schedulePoll(): void {
    this.timer ??= setTimeout(() => void this.poll(), POLL_EVERY_MS);
  }

  /** The waiting entries that a checkpoint covers. */
  private async covered(): Promise<string[]> {
    const indexes = [...(await this.decisions.indexesOf([...this.waiting.keys()]))];
    if (indexes.length === 0) return [];
    const reach = Math.max(...indexes.map(([, index]) => index + 1));
    const size = (await this.newest.findReaching(reach))?.size ?? 0;
    return indexes.filter(([, index]) => index < size).map(([entryId]) => entryId);
  }

  private async poll(): Promise<void> {
    try {
      for (const entryId of await this.covered()) {
        for (const resolve of this.waiting.get(entryId) ?? []) resolve(true);
      }
    } catch (error) {
      this.logger.warn(`Could not check whether entries were sealed: ${String(error)}`);
    }
    this.timer = null;
    if (this.waiting.size > 0) this.schedulePoll();
  }
}
