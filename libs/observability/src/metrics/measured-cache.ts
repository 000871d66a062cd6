import { LRUCache } from 'lru-cache';
import { type CacheMetrics, type Metrics } from './metrics.js';

export interface CacheOptions {
  /** The label of the cache in the metrics. */
  readonly name: string;
  /** The maximum number of values; the least recently used value is evicted first. */
  readonly max: number;
  /** The TTL in milliseconds; without it values do not expire. */
  readonly ttlMs?: number;
}

/** An LRU cache that reports hits, misses and size to `metrics`, if given. */
export class MeasuredCache<V extends object | string | number> {
  private readonly values: LRUCache<string, V>;
  private readonly metrics: CacheMetrics | undefined;

  constructor({ name, max, ttlMs = 0 }: CacheOptions, metrics?: Metrics) {
    this.values = new LRUCache({ max, ttl: ttlMs, ttlResolution: 0 });
    this.metrics = metrics?.cache(name, () => this.values.size);
  }

  /** The value of the key, or null. A value that `isGood` refuses counts as a miss. */
  get(key: string, isGood: (value: V) => boolean = () => true): V | null {
    const value = this.values.get(key);
    if (value !== undefined && isGood(value)) {
      this.metrics?.hit();
      return value;
    }
    this.metrics?.miss();
    return null;
  }

  set(key: string, value: V): void {
    this.values.set(key, value);
  }

  /** Removes the values for which `isStale` returns true. */
  evict(isStale: (key: string, value: V) => boolean): void {
    for (const [key, value] of this.values) if (isStale(key, value)) this.values.delete(key);
  }

  clear(): void {
    this.values.clear();
  }
}
