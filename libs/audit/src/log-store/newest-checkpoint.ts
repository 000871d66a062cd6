import { Injectable } from '@nestjs/common';
import { withTimeout } from '#libs/kernel';
import { type CacheMetrics, Metrics } from '#libs/observability';
import { SealedLog, type SignedCheckpoint } from './sealed-log.repository.js';

/** How old the answer may be. */
const FRESH_MS = 250;

/**
 * The newest checkpoint, as this process knows it. Looked up once for all who ask within a quarter of a second, so that
 * every answer can name it at no cost; a process that sees nothing newer is not told by the one that sealed.
 */
@Injectable()
export class NewestCheckpoint {
  private known: SignedCheckpoint | null = null;
  private knownAt = -Infinity;
  private looking: Promise<SignedCheckpoint | null> | null = null;
  private readonly metrics: CacheMetrics;

  constructor(
    private readonly log: SealedLog,
    metrics: Metrics,
  ) {
    this.metrics = metrics.cache('newest_checkpoint', () => (this.known === null ? 0 : 1));
  }

  /**
   * Null before the first entry was sealed, which is asked anew each time: the first checkpoint ends that for ever. Rejects
   * when what is known is too old and the database is away.
   */
  async find(): Promise<SignedCheckpoint | null> {
    return this.recall(() => this.isFresh()) ?? this.look();
  }

  /** Like `find`, but looks again before it answers with less than `size` leaves: another process may have told of more. */
  async findReaching(size: number): Promise<SignedCheckpoint | null> {
    return this.recall((known) => known.size >= size) ?? this.look();
  }

  /**
   * Like `find`, but has an older one rather than wait for longer than `ms` or fail, and does not ask anew either whether there
   * is still none: every change is answered with this, in a log that nobody seals as well.
   */
  async findWithin(ms: number): Promise<SignedCheckpoint | null> {
    if (this.isFresh()) {
      this.metrics.hit();
      return this.known;
    }
    return withTimeout(
      this.find().catch(() => this.known),
      ms,
      () => this.known,
    );
  }

  /** Whether it was looked up a moment ago, whatever was found. */
  private isFresh(): boolean {
    return performance.now() - this.knownAt < FRESH_MS;
  }

  private recall(isEnough: (known: SignedCheckpoint) => boolean): SignedCheckpoint | null {
    const found = this.known !== null && isEnough(this.known) ? this.known : null;
    if (found === null) this.metrics.miss();
    else this.metrics.hit();
    return found;
  }

  private look(): Promise<SignedCheckpoint | null> {
    this.looking ??= this.read().finally(() => (this.looking = null));
    return this.looking;
  }

  private async read(): Promise<SignedCheckpoint | null> {
    const asked = performance.now();
    const found = await this.log.latest();
    // A log never gets shorter: a standby that lags must not take back what was said.
    if (found !== null && found.size >= (this.known?.size ?? 0)) this.known = found;
    this.knownAt = asked;
    return this.known;
  }
}
