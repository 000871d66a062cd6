import { Actor, Clock } from '#libs/kernel';
import { Metrics } from '#libs/observability';
import { type RevocationListener, type RevocationFeed } from '../revocations/revocation-feed.js';
import { ActorCache } from './actor-cache.js';

const USER = '0199f0a0-0b1c-7e55-8f3b-6a1d2c3e4f50';
const SESSION = '0199f0a0-1111-7e55-8f3b-6a1d2c3e4f51';
const OTHER = '0199f0a0-2222-7e55-8f3b-6a1d2c3e4f52';
const LATER = new Date('2100-01-01T00:00:00Z').getTime();

function cacheFixture() {
  let current = true;
  let invalidate: RevocationListener = () => undefined;
  const feed = {
    isCurrent: () => current,
    onRevocation: (listener: RevocationListener) => void (invalidate = listener),
  } as unknown as RevocationFeed;
  const metrics = new Metrics();
  const actors = new ActorCache(feed, new Clock(), metrics);
  const actor = Actor.user(USER, ['verifier'], SESSION);
  return {
    actors,
    actor,
    metrics,
    fill: () => actors.beginFill().store(SESSION, actor, LATER),
    lapse: () => (current = false),
    revoke: (...subjects: string[]) => invalidate(subjects),
    invalidateAll: () => invalidate('everything'),
  };
}

describe('ActorCache', () => {
  it('returns the cached actor for its session and user only', () => {
    const { actors, actor, fill } = cacheFixture();
    fill();
    expect(actors.find(SESSION, USER)).toBe(actor);
    expect(actors.find(SESSION, OTHER)).toBeNull();
    expect(actors.find(OTHER, USER)).toBeNull();
  });

  it.each([
    ['the session', SESSION],
    ['the account', USER],
  ])('evicts the entry when %s is revoked', (_name, subject) => {
    const { actors, fill, revoke } = cacheFixture();
    fill();
    revoke(OTHER);
    expect(actors.find(SESSION, USER)).not.toBeNull();
    revoke(subject);
    expect(actors.find(SESSION, USER)).toBeNull();
  });

  it('does not store the result of a query that began before a revocation', () => {
    const { actors, actor, revoke } = cacheFixture();
    const fill = actors.beginFill();
    revoke(SESSION);
    fill.store(SESSION, actor, LATER);
    expect(actors.find(SESSION, USER)).toBeNull();
  });

  it('returns no entry while the revocation feed is not current', () => {
    const { actors, fill, lapse } = cacheFixture();
    fill();
    lapse();
    expect(actors.find(SESSION, USER)).toBeNull();
  });

  it('returns no entry of an expired session', () => {
    const { actors, actor } = cacheFixture();
    actors.beginFill().store(SESSION, actor, Date.parse('2020-01-01T00:00:00Z'));
    expect(actors.find(SESSION, USER)).toBeNull();
  });

  it('keeps the 10,000 sessions that were used last', async () => {
    const { actors, metrics, invalidateAll } = cacheFixture();
    const fill = actors.beginFill();
    for (let n = 0; n <= 10_000; n += 1) {
      fill.store(`session ${n}`, Actor.user(USER, [], `session ${n}`), LATER);
    }
    expect(actors.find('session 0', USER)).toBeNull();
    expect(actors.find('session 10000', USER)).not.toBeNull();
    expect(await metrics.text()).toContain('veritrail_cache_entries{cache="authority"} 10000');
    invalidateAll();
    expect(await metrics.text()).toContain('veritrail_cache_entries{cache="authority"} 0');
  });
});
