import { LRUCache } from 'lru-cache';
import { type CacheMetrics, type Metrics } from './metrics.js';

export interface CacheOptions {
  /** How the metrics name it. */
  readonly name: string;
  /** At most so many values: the one that was not asked for longest goes first. */
  readonly max: number;
  /** How long a value is good; for ever if absent. */
  readonly ttlMs?: number;
}

/** An LRU cache whose hits, misses and size the process shows. Without `metrics` it shows nothing. */
export class MeasuredCache<V extends object | string | number> {
  private readonly values: LRUCache<string, V>;
  private readonly metrics: CacheMetrics | undefined;

  constructor({ name, max, ttlMs = 0 }: CacheOptions, metrics?: Metrics) {
    this.values = new LRUCache({ max, ttl: ttlMs, ttlResolution: 0 });
    this.metrics = metrics?.cache(name, () => this.values.size);
  }

  /** The value of the key. One that `isGood` refuses counts as a miss. */
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

  /** Removes the values that `isStale` names. */
  evict(isStale: (key: string, value: V) => boolean): void {
    for (const [key, value] of this.values) if (isStale(key, value)) this.values.delete(key);
  }

  clear(): void {
    this.values.clear();
  }
}
