import { hash } from 'node:crypto';
import { Clock } from '#libs/kernel';
import { type CacheMetrics, Metrics } from '#libs/observability';
import { Injectable } from '@nestjs/common';
import { type AccessClaims, CLOCK_TOLERANCE_SECONDS } from './access-tokens.js';

const CAPACITY = 10_000;

/**
 * Tokens whose signature this process verified already, until they expire: a signature does not change, and checking one
 * costs as much as the rest of a request. Whether the session lives is never remembered. Bounded; the oldest go first.
 */
@Injectable()
export class RememberedTokens {
  private readonly claims = new Map<string, AccessClaims>();

  private readonly metrics: CacheMetrics;

  constructor(
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.metrics = metrics.cache('access_tokens', () => this.claims.size);
  }

  find(token: string): AccessClaims | null {
    const claims = this.findLiving(digest(token));
    if (claims) this.metrics.hit();
    else this.metrics.miss();
    return claims;
  }

  private findLiving(key: string): AccessClaims | null {
    const claims = this.claims.get(key);
    if (!claims) return null;
    if (this.clock.epochSeconds() < claims.expiresAt + CLOCK_TOLERANCE_SECONDS) return claims;
    this.claims.delete(key);
    return null;
  }

  remember(token: string, claims: AccessClaims): void {
    if (this.claims.size >= CAPACITY) {
      const oldest = this.claims.keys().next();
      if (!oldest.done) this.claims.delete(oldest.value);
    }
    this.claims.set(digest(token), claims);
  }
}

/** So that a memory dump holds no usable token, and comparing tells nothing about one by its timing. */
function digest(token: string): string {
  return hash('sha256', token, 'base64');
}
