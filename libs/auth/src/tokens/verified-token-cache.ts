import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { MeasuredCache, Metrics } from '#libs/observability';
import { type AccessClaims, CLOCK_TOLERANCE_SECONDS } from './access-tokens.js';

const CAPACITY = 10_000;

/**
 * Caches the claims of verified tokens until they expire, because a signature check costs as much as the rest of a
 * request. Session state is never cached here. Holds 10,000 tokens.
 */
@Injectable()
export class VerifiedTokenCache {
  private readonly claims: MeasuredCache<AccessClaims>;

  constructor(
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.claims = new MeasuredCache({ name: 'access_tokens', max: CAPACITY }, metrics);
  }

  find(token: string): AccessClaims | null {
    return this.claims.get(
      digest(token),
      ({ expiresAt }) => this.clock.epochSeconds() < expiresAt + CLOCK_TOLERANCE_SECONDS,
    );
  }

  store(token: string, claims: AccessClaims): void {
    this.claims.set(digest(token), claims);
  }
}

/** Keys are hashed, so that a memory dump holds no usable token and lookups leak no timing. */
function digest(token: string): string {
  return hash('sha256', token, 'base64');
}
