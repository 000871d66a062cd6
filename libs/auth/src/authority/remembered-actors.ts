import { Injectable } from '@nestjs/common';
import { type Actor, Clock } from '#libs/kernel';
import { MeasuredCache, Metrics } from '#libs/observability';
import { RevocationFeed } from '../revocations/revocation-feed.js';

const CAPACITY = 10_000;
/** Revocations do not need it; it bounds what a change that nobody wrote down could do. */
const TTL_MS = 5000;

interface Remembered {
  readonly actor: Actor;
  /** When the session expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** An answer of the database that is under way, to be remembered unless something is revoked meanwhile. */
export interface Fill {
  remember(sessionId: string, actor: Actor, expiresAt: number): void;
}

/**
 * Who the live sessions belong to and what their users may do, for as long as `RevocationFeed` vouches for it. At most
 * 10,000 sessions, those that were not seen for longest go first; each is read again after five seconds.
 */
@Injectable()
export class RememberedActors {
  private readonly sessions: MeasuredCache<Remembered>;
  /** Counts the times at which something was forgotten. */
  private forgettings = 0;

  constructor(
    private readonly feed: RevocationFeed,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.sessions = new MeasuredCache({ name: 'authority', max: CAPACITY, ttlMs: TTL_MS }, metrics);
    feed.onRevocation((subjects) => this.forget(subjects));
  }

  /** Null for what has to be asked of the database. */
  find(sessionId: string, userId: string): Actor | null {
    const known = this.sessions.get(
      sessionId,
      ({ actor, expiresAt }) =>
        this.feed.isCurrent() && actor.id === userId && expiresAt > this.clock.now().getTime(),
    );
    return known?.actor ?? null;
  }

  /** To be called before the database is asked: an answer older than a revocation is not remembered after it. */
  beginFill(): Fill {
    const begun = this.forgettings;
    return {
      remember: (sessionId, actor, expiresAt) => {
        if (begun !== this.forgettings) return;
        this.sessions.set(sessionId, { actor, expiresAt });
      },
    };
  }

  private forget(subjects: readonly string[] | 'everything'): void {
    this.forgettings += 1;
    if (subjects === 'everything') {
      this.sessions.clear();
      return;
    }
    const gone = new Set(subjects);
    this.sessions.evict(
      (sessionId, { actor }) => gone.has(sessionId) || (actor.id !== null && gone.has(actor.id)),
    );
  }
}
