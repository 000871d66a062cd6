import { Injectable } from '@nestjs/common';
import { withTimeout } from '#libs/kernel';
import { type CacheMetrics, Metrics } from '#libs/observability';
import { type SignedCheckpoint } from './sealed-log.repository.js';
import { VerifiedCheckpoints } from './verified-checkpoints.js';

const TTL_MS = 250;

/**
 * Caches the newest verified checkpoint for 250 ms, so that every response can contain it. Concurrent callers share one lookup. The
 * sequencer does not invalidate the caches of other processes.
 */
@Injectable()
export class NewestCheckpoint {
  private cached: SignedCheckpoint | null = null;
  private cachedAt = -Infinity;
  private refreshing: Promise<SignedCheckpoint | null> | null = null;
  private readonly metrics: CacheMetrics;

  constructor(
    private readonly checkpoints: VerifiedCheckpoints,
    metrics: Metrics,
  ) {
    this.metrics = metrics.cache('newest_checkpoint', () => (this.cached === null ? 0 : 1));
  }

  /**
   * Null while the log has no checkpoint; this result is not cached. Rejects when the cached checkpoint has expired and the
   * database is unavailable.
   */
  async find(): Promise<SignedCheckpoint | null> {
    return this.cachedIf(() => this.isFresh()) ?? this.refresh();
  }

  /** Like `find`, but ignores a cached checkpoint with fewer than `size` leaves: another process may have shown a newer one. */
  async findReaching(size: number): Promise<SignedCheckpoint | null> {
    return this.cachedIf((known) => known.size >= size) ?? this.refresh();
  }

  /**
   * Like `find`, but returns an expired checkpoint (or null) instead of failing or waiting longer than `ms`, and caches null
   * too: the response to every change calls it, also while no sequencer runs.
   */
  async findWithin(ms: number): Promise<SignedCheckpoint | null> {
    if (this.isFresh()) {
      this.metrics.hit();
      return this.cached;
    }
    return withTimeout(
      this.find().catch(() => this.cached),
      ms,
      () => this.cached,
    );
  }

  /** Whether the last lookup is younger than the TTL, also if it found nothing. */
  private isFresh(): boolean {
    return performance.now() - this.cachedAt < TTL_MS;
  }

  private cachedIf(isEnough: (known: SignedCheckpoint) => boolean): SignedCheckpoint | null {
    const found = this.cached !== null && isEnough(this.cached) ? this.cached : null;
    if (found === null) this.metrics.miss();
    else this.metrics.hit();
    return found;
  }

  private refresh(): Promise<SignedCheckpoint | null> {
    this.refreshing ??= this.read().finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  private async read(): Promise<SignedCheckpoint | null> {
    const asked = performance.now();
    const found = await this.checkpoints.newest();
    // A log never shrinks: a lagging database replica must not replace a newer checkpoint.
    if (found !== null && found.size >= (this.cached?.size ?? 0)) this.cached = found;
    this.cachedAt = asked;
    return this.cached;
  }
}
