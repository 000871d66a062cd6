import { readdirSync } from 'node:fs';
import {
  type EventLoopUtilization,
  monitorEventLoopDelay,
  type PerformanceEntry,
  PerformanceObserver,
} from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type Distribution, Metrics } from './metrics.js';

/** A finer resolution would wake an idle process more often. */
const RESOLUTION_MS = 10;
const NANOSECONDS = 1e9;
const GC_KINDS: Readonly<Record<number, string>> = { 1: 'minor', 4: 'major', 8: 'incremental', 16: 'weakcb' };
const GC_DURATION_BUCKETS = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5];
const OPEN_FILES = '/proc/self/fd';

/**
 * Metrics of the process: memory, CPU, garbage collection and event loop delay. Measures from start to shutdown;
 * provided only in processes that serve metrics.
 */
@Injectable()
export class ProcessMetrics implements OnModuleInit, OnApplicationShutdown {
  private readonly delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private readonly observer: PerformanceObserver;
  private utilization: EventLoopUtilization = performance.eventLoopUtilization();

  constructor(metrics: Metrics) {
    const collections = metrics.histogram({
      name: 'nodejs_gc_duration_seconds',
      help: 'Duration of garbage collections.',
      labels: ['kind'],
      buckets: GC_DURATION_BUCKETS,
    });
    const kinds = new Map<number, Distribution>(
      Object.entries(GC_KINDS).map(([number, kind]) => [Number(number), collections.of({ kind })]),
    );
    this.observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { kind } = (entry as PerformanceEntry & { detail: { kind: number } }).detail;
        kinds.get(kind)?.observe(entry.duration / 1000);
      }
    });
    this.declareMemory(metrics);
    this.declareWork(metrics);
  }

  onModuleInit(): void {
    this.delay.enable();
    this.observer.observe({ entryTypes: ['gc'] });
  }

  onApplicationShutdown(): void {
    this.delay.disable();
    this.observer.disconnect();
  }

  private declareMemory(metrics: Metrics): void {
    const watch = (name: string, help: string, read: () => number): void =>
      metrics.watch({ name, help }, () => [[{}, read()]]);
    watch('process_resident_memory_bytes', 'Resident memory of the process.', () =>
      process.memoryUsage.rss(),
    );
    watch('nodejs_heap_size_used_bytes', 'Used heap.', () => getHeapStatistics().used_heap_size);
    watch('nodejs_heap_size_total_bytes', 'Allocated heap.', () => getHeapStatistics().total_heap_size);
    watch('nodejs_heap_size_limit_bytes', 'Maximum heap size.', () => getHeapStatistics().heap_size_limit);
    watch(
      'nodejs_external_memory_bytes',
      'Memory of buffers outside the heap.',
      () => process.memoryUsage().external,
    );
    watch(
      'process_open_fds',
      'Open file descriptors; 0 where the operating system does not report them.',
      openFiles,
    );
  }

  private declareWork(metrics: Metrics): void {
    metrics.watchTotal({ name: 'process_cpu_seconds_total', help: 'CPU time of all threads.' }, () => {
      const { user, system } = process.cpuUsage();
      return [[{}, (user + system) / 1e6]];
    });
    metrics.watch(
      { name: 'process_start_time_seconds', help: 'Start time of the process, in Unix time.' },
      () => [[{}, performance.timeOrigin / 1000]],
    );
    metrics.watch(
      {
        name: 'nodejs_eventloop_delay_seconds',
        help: 'Delay of the event loop since the previous scrape.',
        labels: ['quantile'],
      },
      () => this.readDelay(),
    );
    metrics.watch(
      {
        name: 'nodejs_eventloop_utilization_ratio',
        help: 'Share of time that the event loop was busy since the previous scrape.',
      },
      () => [[{}, this.readUtilization()]],
    );
  }

  /** The histogram records the whole interval between two samples; the intended resolution is subtracted. */
  private readDelay(): Array<readonly [{ quantile: string }, number]> {
    const late = (nanoseconds: number): number =>
      Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1000);
    const { delay } = this;
    const read = [
      [{ quantile: '0.5' }, late(delay.percentile(50))],
      [{ quantile: '0.99' }, late(delay.percentile(99))],
      [{ quantile: '1' }, late(delay.max)],
    ] as const;
    delay.reset();
    return [...read];
  }

  private readUtilization(): number {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.utilization);
    this.utilization = now;
    return utilization;
  }
}

function openFiles(): number {
  try {
    return readdirSync(OPEN_FILES).length;
  } catch {
    return 0;
  }
}
