import { Injectable } from '@nestjs/common';
import { type Actor, Clock } from '#libs/kernel';
import { MeasuredCache, Metrics } from '#libs/observability';
import { RevocationFeed } from '../revocations/revocation-feed.js';

const CAPACITY = 10_000;
/** A safety limit: revocations evict entries at once. It bounds the effect of a change that wrote no revocation. */
const TTL_MS = 5000;

interface CachedActor {
  readonly actor: Actor;
  /** When the session expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** A database query in progress. Its result is stored unless a revocation arrives before it. */
export interface CacheFill {
  store(sessionId: string, actor: Actor, expiresAt: number): void;
}

/**
 * Caches the actor of each session. Entries are used only while `RevocationFeed` is current, and for at most 5 s.
 * Holds 10,000 sessions (LRU).
 */
@Injectable()
export class ActorCache {
  private readonly sessions: MeasuredCache<CachedActor>;
  private invalidations = 0;

  constructor(
    private readonly feed: RevocationFeed,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.sessions = new MeasuredCache({ name: 'authority', max: CAPACITY, ttlMs: TTL_MS }, metrics);
    feed.onRevocation((subjects) => this.invalidate(subjects));
  }

  /** Null if the caller must query the database. */
  find(sessionId: string, userId: string): Actor | null {
    const cached = this.sessions.get(
      sessionId,
      ({ actor, expiresAt }) =>
        this.feed.isCurrent() && actor.id === userId && expiresAt > this.clock.now().getTime(),
    );
    return cached?.actor ?? null;
  }

  /** Call it before the query. A result that is older than a revocation is then not stored. */
  beginFill(): CacheFill {
    const generation = this.invalidations;
    return {
      store: (sessionId, actor, expiresAt) => {
        if (generation !== this.invalidations) return;
        this.sessions.set(sessionId, { actor, expiresAt });
      },
    };
  }

  private invalidate(subjects: readonly string[] | 'everything'): void {
    this.invalidations += 1;
    if (subjects === 'everything') {
      this.sessions.clear();
      return;
    }
    const revoked = new Set(subjects);
    this.sessions.evict(
      (sessionId, { actor }) => revoked.has(sessionId) || (actor.id !== null && revoked.has(actor.id)),
    );
  }
}
