import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';

/** What a metric is called and says. The names of labels are few and their values bounded: each combination is a series. */
export interface Declaration<Label extends string> {
  /** As Prometheus names things: `veritrail_`, what it is, its unit, `_total` for what only grows. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
}

export type Labels<Label extends string> = Readonly<Record<Label, string>>;

/** The series of a metric. Whoever is on the hot path keeps what `of` gives: finding it costs more than using it. */
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

/** One cache as it is looked up: what was found, and what had to be fetched. */
export interface CacheMetrics {
  hit(): void;
  miss(): void;
}

type Read<Label extends string> = () => Iterable<readonly [Labels<Label>, number]>;

/** What requests take: from an answer out of memory to one that nobody waits for any more. */
export const REQUEST_DURATION_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/**
 * The numbers that this process shows to Prometheus, declared by those who know them, beside what they count. One
 * registry for each application; a name that is declared twice throws. No label may hold what a stranger wrote.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly cacheSizes = new Map<string, () => number>();
  private lookups: Series<'cache' | 'result', Count> | null = null;

  /** Shows 0 from the moment on at which somebody holds its series. */
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

  /** `buckets` are upper bounds, in ascending order; seconds of requests unless others are given. */
  histogram<Label extends string = never>(
    declaration: Declaration<Label> & { readonly buckets?: readonly number[] },
  ): Series<Label, Distribution> {
    const buckets = [...(declaration.buckets ?? REQUEST_DURATION_BUCKETS)];
    const histogram = new Histogram<string>({ ...this.configured(declaration), buckets });
    return { of: (labels) => histogram.labels(labels) };
  }

  /** A level that is looked up when somebody asks: `read` must be quick and must not throw. */
  watch<Label extends string = never>(declaration: Declaration<Label>, read: Read<Label>): void {
    const gauge: Gauge<string> = new Gauge<string>({
      ...this.configured(declaration),
      collect: () => {
        gauge.reset();
        for (const [labels, value] of read()) gauge.set(labels, value);
      },
    });
  }

  /** The same for a total that somebody else keeps. */
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

  /** Everything, in the text format of Prometheus (version 0.0.4). */
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
