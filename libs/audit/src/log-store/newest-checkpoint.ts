import { Injectable } from '@nestjs/common';
import { withTimeout } from '#libs/kernel';
import { type CacheMetrics, Metrics } from '#libs/observability';
import { SealedLog, type SignedCheckpoint } from './sealed-log.repository.js';

/** How old the answer may be. */
const TTL_MS = 250;

/**
 * The newest checkpoint, as this process knows it. Looked up once for all who ask within a quarter of a second, so that
 * every answer can name it at no cost; a process that sees nothing newer is not told by the one that sealed.
 */
@Injectable()
export class NewestCheckpoint {
  private cached: SignedCheckpoint | null = null;
  private cachedAt = -Infinity;
  private refreshing: Promise<SignedCheckpoint | null> | null = null;
  private readonly metrics: CacheMetrics;

  constructor(
    private readonly log: SealedLog,
    metrics: Metrics,
  ) {
    this.metrics = metrics.cache('newest_checkpoint', () => (this.cached === null ? 0 : 1));
  }

  /**
   * Null before the first entry was sealed, which is asked anew each time: the first checkpoint ends that for ever. Rejects
   * when what is known is too old and the database is away.
   */
  async find(): Promise<SignedCheckpoint | null> {
    return this.cachedIf(() => this.isFresh()) ?? this.refresh();
  }

  /** Like `find`, but looks again before it answers with less than `size` leaves: another process may have told of more. */
  async findReaching(size: number): Promise<SignedCheckpoint | null> {
    return this.cachedIf((known) => known.size >= size) ?? this.refresh();
  }

  /**
   * Like `find`, but has an older one rather than wait for longer than `ms` or fail, and does not ask anew either whether there
   * is still none: every change is answered with this, in a log that nobody seals as well.
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

  /** Whether it was looked up a moment ago, whatever was found. */
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
    const found = await this.log.latest();
    // A log never gets shorter: a standby that lags must not take back what was said.
    if (found !== null && found.size >= (this.cached?.size ?? 0)) this.cached = found;
    this.cachedAt = asked;
    return this.cached;
  }
}
