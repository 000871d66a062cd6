import { Injectable } from '@nestjs/common';
import { type Actor, Clock } from '#libs/kernel';
import { MeasuredCache, Metrics } from '#libs/observability';
import { RevocationFeed } from '../revocations/revocation-feed.js';

const CAPACITY = 10_000;
/** Revocations do not need it; it bounds what a change that nobody wrote down could do. */
const TTL_MS = 5000;

interface CachedActor {
  readonly actor: Actor;
  /** When the session expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** An answer of the database that is under way, to be remembered unless something is revoked meanwhile. */
export interface CacheFill {
  store(sessionId: string, actor: Actor, expiresAt: number): void;
}

/**
 * Who the live sessions belong to and what their users may do, for as long as `RevocationFeed` vouches for it. At most
 * 10,000 sessions, those that were not seen for longest go first; each is read again after five seconds.
 */
@Injectable()
export class ActorCache {
  private readonly sessions: MeasuredCache<CachedActor>;
  /** Counts the times at which something was forgotten. */
  private invalidations = 0;

  constructor(
    private readonly feed: RevocationFeed,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.sessions = new MeasuredCache({ name: 'authority', max: CAPACITY, ttlMs: TTL_MS }, metrics);
    feed.onRevocation((subjects) => this.invalidate(subjects));
  }

  /** Null for what has to be asked of the database. */
  find(sessionId: string, userId: string): Actor | null {
    const cached = this.sessions.get(
      sessionId,
      ({ actor, expiresAt }) =>
        this.feed.isCurrent() && actor.id === userId && expiresAt > this.clock.now().getTime(),
    );
    return cached?.actor ?? null;
  }

  /** To be called before the database is asked: an answer older than a revocation is not remembered after it. */
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
