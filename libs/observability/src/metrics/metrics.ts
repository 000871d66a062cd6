import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';

/** The declaration of a metric. Label values must be bounded: each combination is a series. */
export interface Declaration<Label extends string> {
  /** Prometheus style: `veritrail_`, the subject, the unit, and `_total` for counters. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
}

export type Labels<Label extends string> = Readonly<Record<Label, string>>;

/** The series of a metric. Hot paths keep the result of `of`: the lookup costs more than its use. */
export interface Series<Label extends string, Handle> {
  of(labels: Labels<Label>): Handle;
}

export interface Count {
  add(by?: number): void;
}

export interface Level {
  set(value: number): void;
}

export interface Distribution {
  observe(value: number): void;
}

/** Counts the hits and misses of one cache. */
export interface CacheMetrics {
  hit(): void;
  miss(): void;
}

type Read<Label extends string> = () => Iterable<readonly [Labels<Label>, number]>;

/** In seconds: from a response out of a cache to one that exceeds every timeout. */
export const REQUEST_DURATION_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/**
 * The Prometheus metrics of this process. Each is declared beside the code that counts it. One registry per
 * application; a second declaration of a name throws. Labels must not contain text from clients.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly cacheSizes = new Map<string, () => number>();
  private lookups: Series<'cache' | 'result', Count> | null = null;

  /** Reports 0 as soon as a series is created. */
  counter<Label extends string = never>(declaration: Declaration<Label>): Series<Label, Count> {
    const counter = new Counter<string>(this.configured(declaration));
    return {
      of: (labels) => {
        const series = counter.labels(labels);
        series.inc(0);
        return { add: (by = 1) => series.inc(by) };
      },
    };
  }

  gauge<Label extends string = never>(declaration: Declaration<Label>): Series<Label, Level> {
    const gauge = new Gauge<string>(this.configured(declaration));
    return { of: (labels) => gauge.labels(labels) };
  }

  /** `buckets` are upper bounds in ascending order; by default request durations in seconds. */
  histogram<Label extends string = never>(
    declaration: Declaration<Label> & { readonly buckets?: readonly number[] },
  ): Series<Label, Distribution> {
    const buckets = [...(declaration.buckets ?? REQUEST_DURATION_BUCKETS)];
    const histogram = new Histogram<string>({ ...this.configured(declaration), buckets });
    return { of: (labels) => histogram.labels(labels) };
  }

  /** A gauge that `read` computes at each scrape. `read` must be quick and must not throw. */
  watch<Label extends string = never>(declaration: Declaration<Label>, read: Read<Label>): void {
    const gauge: Gauge<string> = new Gauge<string>({
      ...this.configured(declaration),
      collect: () => {
        gauge.reset();
        for (const [labels, value] of read()) gauge.set(labels, value);
      },
    });
  }

  /** The same for a counter that is kept outside, for example by the operating system. */
  watchTotal<Label extends string = never>(declaration: Declaration<Label>, read: Read<Label>): void {
    const counter: Counter<string> = new Counter<string>({
      ...this.configured(declaration),
      collect: () => {
        counter.reset();
        for (const [labels, value] of read()) counter.inc(labels, value);
      },
    });
  }

  /** Lookups and size of one cache, as `veritrail_cache_lookups_total` and `veritrail_cache_entries`. */
  cache(name: string, size: () => number): CacheMetrics {
    if (this.cacheSizes.has(name)) throw new Error(`There is a cache ${name} already`);
    this.cacheSizes.set(name, size);
    const lookups = (this.lookups ??= this.declareCaches());
    const hits = lookups.of({ cache: name, result: 'hit' });
    const misses = lookups.of({ cache: name, result: 'miss' });
    return { hit: () => hits.add(), miss: () => misses.add() };
  }

  /** All metrics in the text format of Prometheus (version 0.0.4). */
  async text(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  private declareCaches(): Series<'cache' | 'result', Count> {
    this.watch({ name: 'veritrail_cache_entries', help: 'Entries in each cache.', labels: ['cache'] }, () =>
      [...this.cacheSizes].map(([cache, size]) => [{ cache }, size()] as const),
    );
    return this.counter({
      name: 'veritrail_cache_lookups_total',
      help: 'Lookups in each cache: hits, and misses, which query the database or compute the value.',
      labels: ['cache', 'result'],
    });
  }

  private configured({ name, help, labels = [] }: Declaration<string>) {
    return { name, help, labelNames: [...labels], registers: [this.registry] };
  }
}
