import { setTimeout as sleep } from 'node:timers/promises';
import { MeasuredCache } from './measured-cache.js';
import { Metrics } from './metrics.js';

describe('MeasuredCache', () => {
  it('evicts the least recently used value', () => {
    const cache = new MeasuredCache<number>({ name: 'test', max: 2 });
    cache.set('a', 1);
    cache.set('b', 2);
    expect(cache.get('a')).toBe(1);
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, null, 3]);
  });

  it('returns no value that is expired or that the caller refuses', async () => {
    const cache = new MeasuredCache<number>({ name: 'test', max: 2, ttlMs: 5 });
    cache.set('a', 1);
    expect(cache.get('a', (value) => value > 1)).toBeNull();
    await sleep(10);
    expect(cache.get('a')).toBeNull();
  });

  it('evicts by a predicate, and clears everything', () => {
    const cache = new MeasuredCache<number>({ name: 'test', max: 3 });
    for (const [key, value] of Object.entries({ a: 1, b: 2, c: 3 })) cache.set(key, value);
    cache.evict((key, value) => key === 'a' || value === 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([null, 2, null]);
    cache.clear();
    expect(cache.get('b')).toBeNull();
  });

  it('reports hits, misses and its size', async () => {
    const metrics = new Metrics();
    const cache = new MeasuredCache<number>({ name: 'test', max: 2 }, metrics);
    cache.set('a', 1);
    cache.get('a');
    cache.get('a', () => false);
    cache.get('b');
    const text = await metrics.text();
    expect(text).toContain('veritrail_cache_lookups_total{cache="test",result="hit"} 1');
    expect(text).toContain('veritrail_cache_lookups_total{cache="test",result="miss"} 2');
    expect(text).toContain('veritrail_cache_entries{cache="test"} 1');
  });
});
