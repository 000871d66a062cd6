import { type Clock } from '#libs/kernel';
import { Metrics } from '#libs/observability';
import { VerifiedTokenCache } from './verified-token-cache.js';

function at(now: { seconds: number }): Clock {
  return { now: () => new Date(now.seconds * 1000), epochSeconds: () => now.seconds };
}

const CLAIMS = { userId: 'u', sessionId: 's', expiresAt: 1000, authenticatedAt: 1 };

describe('VerifiedTokenCache', () => {
  it('returns a stored token until it expires', () => {
    const now = { seconds: 500 };
    const tokens = new VerifiedTokenCache(at(now), new Metrics());
    tokens.store('a.b.c', CLAIMS);
    expect(tokens.find('a.b.c')).toBe(CLAIMS);
    expect(tokens.find('a.b.d')).toBeNull();
    now.seconds = 1005;
    expect(tokens.find('a.b.c')).toBeNull();
  });

  it('evicts the oldest token at its capacity', () => {
    const tokens = new VerifiedTokenCache(at({ seconds: 500 }), new Metrics());
    for (let n = 0; n <= 10_000; n += 1) tokens.store(`token ${n}`, CLAIMS);
    expect(tokens.find('token 0')).toBeNull();
    expect(tokens.find('token 1')).toBe(CLAIMS);
    expect(tokens.find('token 10000')).toBe(CLAIMS);
  });
});
